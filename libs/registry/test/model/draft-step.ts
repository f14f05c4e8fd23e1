import fc from 'fast-check';
import { PERMISSIONS } from '../../src/installation/installation.ts';
import { SUBSCRIPTIONS } from '../../src/user/user.ts';
import type { History } from './history.ts';
import { ALIASES, DEVICES, TOKENS, USERS } from './model-state.ts';
import type { ImportStep, Provider, RegisterStep, Step, VerdictStep } from './step.ts';

/** What a provider says of the nth last reading, with a timestamp so many ms from when that token had been confirmed. */
interface DraftVerdict {
  readonly reading: number;
  readonly sinceConfirmed: number | null;
}

type Verdicts<T> = T extends unknown ? Omit<T, 'verdict'> & { readonly verdict: DraftVerdict } : never;

/** A step before its history is known: tokens are names without a provider. */
export type DraftStep =
  | Exclude<Step, VerdictStep | RegisterStep | ImportStep>
  | Omit<RegisterStep, 'provider'>
  | Omit<ImportStep, 'provider'>
  | Verdicts<VerdictStep>;

const device = fc.constantFrom(...DEVICES);
/** Mostly the same two, so that steps meet. */
const user = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...USERS.slice(0, 2)) },
  { weight: 2, arbitrary: fc.constantFrom(...USERS.slice(2)) },
);
const alias = fc.constantFrom(...ALIASES);
const token = fc.constantFrom(...TOKENS);
const tags = fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { maxLength: 2 });
const verified = fc.boolean();
const subscription = fc.constantFrom(...SUBSCRIPTIONS, 'unsubscribed' as const);
const verdict = fc.record({ reading: fc.nat({ max: 3 }), sinceConfirmed: fc.constantFrom(null, null, 0, 1, 5, 1_000) });

/** Absent with a chance of one in `freq + 1`. */
function sometimes<T>(value: fc.Arbitrary<T>, freq: number): fc.Arbitrary<T | undefined> {
  return fc.option(value, { nil: undefined, freq });
}

const shown = {
  token: sometimes(fc.option(token, { freq: 8 }), 4),
  permission: sometimes(fc.constantFrom(...PERMISSIONS, 'granted' as const), 2),
  enabled: sometimes(fc.constantFrom(true, false, null), 1),
};

const register = fc.record({
  kind: fc.constant('register' as const), device, ...shown, by: fc.constantFrom('sdk' as const, 'sdk' as const, 'server' as const),
  user: sometimes(fc.option(user, { freq: 6 }), 1), verified, tags: sometimes(tags, 1),
}); // prettier-ignore

function only<const K extends string>(kind: K) {
  return fc.constant(kind);
}

const others = [
  { weight: 3, arbitrary: fc.record({ kind: only('session'), device, ...shown }) },
  { weight: 4, arbitrary: fc.record({ kind: only('changeUser'), device, user, verified }) },
  { weight: 1, arbitrary: fc.record({ kind: only('detach'), device }) },
  { weight: 2, arbitrary: fc.record({ kind: only('delete'), device }) },
  { weight: 3, arbitrary: fc.record({ kind: only('purge'), verdict }) },
  { weight: 1, arbitrary: fc.record({ kind: only('suspect'), verdict }) },
  { weight: 1, arbitrary: fc.record({ kind: only('deviceTags'), device, add: tags, remove: tags }) },
  { weight: 4, arbitrary: fc.record({ kind: only('subscribe'), user, subscription, create: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: only('userTags'), user, add: tags, remove: tags }) },
] as const; // prettier-ignore

const ofPeople = [
  { weight: 2, arbitrary: fc.record({ kind: only('aliases'), user, aliases: fc.uniqueArray(alias, { maxLength: 2 }) }) },
  { weight: 4, arbitrary: fc.record({ kind: only('track'), who: fc.oneof(fc.record({ externalId: user }), fc.record({ alias }), fc.record({ installation: device })), add: tags, remove: tags, subscription: sometimes(subscription, 1) }) },
] as const; // prettier-ignore

/** Never one of two at once: they take many writes, and what comes between those finds some of them done (the suites of merges and erasures tell which). */
const long = [
  { weight: 3, arbitrary: fc.record({ kind: only('merge'), user, into: user }) },
  { weight: 3, arbitrary: fc.record({ kind: only('identify'), alias, user }) },
  { weight: 1, arbitrary: fc.record({ kind: only('erase'), user }) },
] as const; // prettier-ignore

const imported = fc.record({
  kind: only('import'), device, token: fc.option(token, { freq: 5 }), user: fc.option(user, { freq: 2 }), enabled: fc.boolean(), tags, upsert: fc.boolean(),
}); // prettier-ignore

const replace = { weight: 2, arbitrary: fc.record({ kind: only('replace'), verdict, token }) };

/** A step that may be one of two at once. */
export const concurrent: fc.Arbitrary<DraftStep> = fc.oneof(
  { weight: 6, arbitrary: register },
  ...others,
  replace,
  { weight: 4, arbitrary: imported },
  { weight: 6, arbitrary: fc.oneof(...ofPeople) },
);

/** A step whose parts are repaired whatever call it dies at. */
export const mortal: fc.Arbitrary<DraftStep> = fc.oneof(
  fc.record({ kind: only('session'), device, token }),
  fc.record({ kind: only('changeUser'), device, user, verified: fc.constant(false) }),
);

/**
 * A step that may come between a death and the sweep, which find a token between two holders: not the provider's newer address nor a cleared token, as
 * it is nobody's promise whether they find it there.
 */
export const survivor: fc.Arbitrary<DraftStep> = fc
  .oneof({ weight: 6, arbitrary: register }, ...others)
  .filter((step) => !('token' in step) || step.token !== null);

const topic = fc.constantFrom('device' as const, 'user' as const, 'token' as const, null);

/** Two steps that mostly speak of the same device, user or token. */
export function related(one: fc.Arbitrary<DraftStep>, other: fc.Arbitrary<DraftStep>): fc.Arbitrary<[DraftStep, DraftStep]> {
  return fc.tuple(one, other, topic).map(([first, second, on]) => [first, on === null ? second : about(second, first, on)]);
}

function about(step: DraftStep, first: DraftStep, on: 'device' | 'user' | 'token'): DraftStep {
  const said = (first as Partial<Record<typeof on, string | null>>)[on];
  return on in step && typeof said === 'string' ? { ...step, [on]: said } : step;
}

export const anyStep: fc.Arbitrary<DraftStep> = fc.oneof(
  { weight: 20, arbitrary: concurrent },
  { weight: 5, arbitrary: fc.oneof(...long) },
  { weight: 1, arbitrary: fc.record({ kind: only('changeProvider'), device }) },
);

type Past = Readonly<Pick<History, 'read' | 'model' | 'leftOut'>>;

/** The step as it would be taken now; undefined where there is nothing that it could speak of. */
export function stepOf(draft: DraftStep, past: Past): Step | undefined {
  if (past.leftOut.includes(draft.kind)) return undefined;
  if ('verdict' in draft) return verdictStepOf(draft, past);
  const { devices } = past.model.state;
  if (draft.kind === 'changeProvider') return devices.has(draft.device) ? draft : undefined;
  if (draft.kind === 'track' && 'installation' in draft.who)
    return { ...draft, who: { installation: firstOf(draft.who.installation, past) } };
  const isNew = draft.kind === 'register' || draft.kind === 'import';
  const known = isNew ? { ...draft, provider: providerOf(draft.device, past) } : existing(draft, [...devices.keys()]);
  const isShown = 'token' in known && typeof known.token === 'string';
  return isShown ? { ...known, token: tokenOf(known.device, known.token, past) } : known;
}

/** Speaks of a device that is there, if any is: what is not there gives the same answer every time. */
function existing<T extends object>(draft: T, devices: readonly string[]): T {
  const [first] = devices;
  return 'device' in draft && first !== undefined && !devices.includes(draft.device as string) ? { ...draft, device: first } : draft;
}

function firstOf(device: string, { model }: Past): string {
  const { devices } = model.state;
  return devices.has(device) ? device : ([...devices.keys()][0] ?? device);
}

function verdictStepOf(draft: Verdicts<VerdictStep>, past: Past): Step | undefined {
  const { reading, sinceConfirmed } = draft.verdict;
  const read = past.read.at(-1 - reading) ?? past.read[0];
  if (!read) return undefined;
  const verdictNow = { ...read, since: sinceConfirmed === null ? null : read.confirmedAt + sinceConfirmed };
  if (draft.kind !== 'replace') return { ...draft, verdict: verdictNow };
  return { ...draft, verdict: verdictNow, token: tokenOf(read.device, draft.token, past) };
}

function providerOf(id: string, { model }: Past): Provider {
  return model.state.devices.get(id)?.provider ?? 'fcm';
}

/** A token is an address at one provider. */
function tokenOf(id: string, name: string, past: Past): string {
  return `${providerOf(id, past)}-${name}`;
}
