import { HALT_REASONS, type Halt, type StoredCredential } from '#libs/access';
import { isoTime, isoTimeOrNull, type ProviderName } from '#libs/kernel';
import type { ProviderState } from '#libs/sends';
import { z } from 'zod';
import type { GoneConsumers } from '../send/gone-consumers.ts';

const instant = z.iso.datetime();

export const providerRecord = z
  .object({
    provider: z.string(),
    health: z.enum(['ok', 'down', 'credentials_refused', 'no_credential', 'no_dispatcher', 'paused', 'held']),
    detail: z.string().nullable(),
    rate: z.number().meta({ description: 'Messages a second over the last seconds.' }),
    inFlight: z.int(),
    connections: z.int(),
    parkedBatches: z.int(),
    paused: z
      .object({ since: instant, by: z.string(), reason: z.enum(HALT_REASONS) })
      .nullable()
      .meta({ description: 'Who lets nothing go out, by this provider (`health`: `paused`) or at all (`held`); null while messages go' }),
    breaker: z.object({ open: z.boolean(), since: instant.nullable(), retryAt: instant.nullable() }),
    credential: z.object({ set: z.boolean(), simulated: z.boolean(), bundleIds: z.array(z.string()), updatedAt: instant.nullable() }),
  })
  .meta({ id: 'Provider' });

export type ProviderRecord = z.output<typeof providerRecord>;

export const providerExample: ProviderRecord = {
  provider: 'fcm',
  health: 'down',
  detail: 'UNAVAILABLE (503) to 34 of the last 40 requests',
  rate: 0,
  inFlight: 0,
  connections: 1,
  parkedBatches: 4,
  paused: null,
  breaker: { open: true, since: '2026-11-22T09:30:00.000Z', retryAt: '2026-11-22T09:30:10.000Z' },
  credential: { set: true, simulated: true, bundleIds: ['app.demo'], updatedAt: '2026-11-22T09:00:00.000Z' },
};

/** One provider of an app over all dispatchers: the worst of what they find, the sum of what they do. */
export function providerRecordOf(
  provider: ProviderName,
  states: readonly ProviderState[],
  credential: StoredCredential | undefined,
  { gone, halt }: { readonly gone: GoneConsumers | undefined; readonly halt: Halt | undefined },
): ProviderRecord {
  const own = states.filter((state) => state.provider === provider);
  const worst = own.find(({ health }) => health === 'credentials_refused') ?? own.find(({ health }) => health === 'down') ?? own[0];
  const sum = (of: (state: ProviderState) => number) => own.reduce((total, state) => total + of(state), 0);
  const isOpen = worst?.health === 'down';
  const [health, detail] = !credential
    ? (['no_credential', `The app has no credential for ${provider}`] as const)
    : halt
      ? ([halt.app === undefined ? 'held' : 'paused', `${halt.by} lets nothing go out until somebody resumes it`] as const)
      : gone
        ? (['no_dispatcher', gone.detail] as const)
        : ([worst?.health ?? 'ok', worst?.detail ?? null] as const);
  return {
    provider,
    health,
    detail,
    rate: sum(({ ratePerSecond }) => ratePerSecond),
    inFlight: sum(({ inFlight }) => inFlight),
    connections: sum(({ connections }) => connections),
    parkedBatches: sum(({ parkedBatches }) => parkedBatches),
    paused: halt ? { since: isoTime(halt.since), by: halt.by, reason: halt.reason } : null,
    breaker: { open: isOpen, since: isOpen ? isoTimeOrNull(worst.since) : null, retryAt: isOpen ? isoTimeOrNull(worst.retryAt) : null },
    credential: {
      set: credential !== undefined,
      simulated: credential?.simulated ?? false,
      bundleIds: [...(credential?.bundleIds ?? [])],
      updatedAt: isoTimeOrNull(credential?.updatedAt ?? null),
    },
  };
}
