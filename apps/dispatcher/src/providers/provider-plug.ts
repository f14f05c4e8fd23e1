import type { BuiltProvider, Clock } from '#libs/kernel';
import { whole } from '#libs/service';
import { type z } from 'zod';
import type { Transport } from '../transport/transport.ts';
import type { CredentialSource } from './credential-source.ts';
import type { ProviderEndpoints } from './provider-endpoints.ts';
import type { ProviderAccount, ProviderProtocol } from './provider-protocol.ts';
import type { PushProvider } from './push-provider.ts';
import type { SharedTokens } from './shared-tokens.ts';
import { TransportPushProvider } from './transport-push-provider.ts';

/** What every provider sends over. */
export interface SendingGround {
  readonly transport: Transport;
  readonly credentials: CredentialSource;
  readonly endpoints: ProviderEndpoints;
  readonly tokens: SharedTokens;
  readonly clock: Clock;
}

/** All that the dispatcher knows of one provider (ADR 30). */
export interface ProviderPlug {
  readonly name: BuiltProvider;
  /** Of the dispatcher's environment; names begin with the provider's. */
  readonly settings: z.ZodObject;
  readonly retryBase: RetryBase;
  readonly doctor: Doctor;
  /** `settings`: the dispatcher's, which hold this provider's own. */
  readonly open: (settings: Readonly<Record<string, unknown>>, ground: SendingGround) => PushProvider;
}

/** What a refusal of a credential means, by the word of the provider; words of all providers are known beside (`checks/doctor.ts`). */
export type Doctor = Readonly<Record<string, Advice>>;

export interface Advice {
  /** What is wrong, in plain words. */
  readonly message: string;
  /** What to do. */
  readonly remedy: string;
}

/** The first wait after a fault of a provider itself. */
interface RetryBase {
  readonly setting: `RETRY_BASE_${Uppercase<BuiltProvider>}`;
  readonly schema: z.ZodType<number>;
}

interface PlugParts<S extends z.ZodRawShape, A extends ProviderAccount> {
  readonly name: BuiltProvider;
  /** As people write it. */
  readonly label: string;
  readonly settings: z.ZodObject<S>;
  /** Unless the operator says another, ms (providers.md 9). */
  readonly retryBaseMs: number;
  readonly doctor: Doctor;
  readonly protocol: (settings: z.output<z.ZodObject<S>>, tokens: SharedTokens, clock: Clock) => ProviderProtocol<A>;
}

export function definePlug<S extends z.ZodRawShape, A extends ProviderAccount>(parts: PlugParts<S, A>): ProviderPlug {
  const { name, label, retryBaseMs, protocol } = parts;
  return {
    name,
    settings: parts.settings,
    doctor: parts.doctor,
    retryBase: {
      setting: `RETRY_BASE_${name.toUpperCase() as Uppercase<BuiltProvider>}`,
      schema: whole(1, 3_600_000)
        .default(retryBaseMs)
        .meta({ description: `First wait after a fault of ${label} itself, in milliseconds.` }),
    },
    open: (settings, { transport, credentials, endpoints, tokens, clock }) =>
      // The dispatcher's settings were read with a schema that holds this one.
      new TransportPushProvider(protocol(settings as z.output<z.ZodObject<S>>, tokens, clock), transport, credentials, endpoints),
  };
}
