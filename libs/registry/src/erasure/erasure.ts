import type { ErasureKeys } from '#libs/kernel';
import type { ErasedPerson } from './erased-person.ts';
import { ERASURE_STEPS, type ErasureStore } from './erasure-steps.ts';

/** What an erasure does in one store. */
export interface ErasureStep {
  readonly service: string;
  readonly store: ErasureStore;
  readonly state: 'waiting' | 'done';
  /** Documents, lines or files that are gone or speak of the person no more, so far. */
  readonly removed: number;
  /** What is left in the store leaves it by itself at this instant, ms; null: nothing is left. */
  readonly retainedUntil: number | null;
  /** Where the walk through the store has come to; null: at its beginning. */
  readonly after: string | null;
}

/** One person leaves every store. It goes on after the call is answered, and where a crash left it. Instants in ms. */
export interface Erasure {
  /** uuid5 of app and user: the same person is erased once. */
  readonly id: string;
  readonly app: string;
  /** 1 at first, +1 with every write. */
  readonly revision: number;
  /** The pseudonym of the external id. */
  readonly person: string;
  /** Whom the stores are to be asked for; null as soon as it is finished. */
  readonly subject: ErasedPerson | null;
  /** The second walk finds what others were writing while the first one went on. */
  readonly round: 1 | 2;
  readonly steps: readonly ErasureStep[];
  readonly createdAt: number;
  readonly finishedAt: number | null;
  /** When to go on with it; null once it is finished. */
  readonly dueAt: number | null;
  /** Of `receiptText`; null until it is finished. */
  readonly signature: string | null;
}

/** Handlers and calls that knew the person last less long than this: then the second walk finds whatever they wrote. */
const SETTLED_AFTER_MS = 30_000;

export function newErasure({ id, app, person, subject }: Pick<Erasure, 'id' | 'app' | 'person' | 'subject'>, now: number): Erasure {
  return {
    id,
    app,
    revision: 1,
    person,
    subject,
    round: 1,
    steps: ERASURE_STEPS.map(({ service, store }) => ({ service, store, state: 'waiting', removed: 0, retainedUntil: null, after: null })),
    createdAt: now,
    finishedAt: null,
    dueAt: now,
    signature: null,
  };
}

/** How far one call of an eraser has come. */
export interface ErasedStep {
  readonly removed: number;
  /** Where to go on; null: through the whole store. */
  readonly after: string | null;
  readonly retainedUntil?: number | null;
}

/** The erasure with what was done in one store; after the last one it begins its second round, or is finished and knows the person no more. */
export function afterStep(
  erasure: Erasure,
  store: ErasureStore,
  { removed, after, retainedUntil }: ErasedStep,
  keys: ErasureKeys,
  now: number,
): Erasure {
  const steps = erasure.steps.map((step): ErasureStep => {
    if (step.store !== store || step.state === 'done') return step;
    const kept = retainedUntil === undefined ? step.retainedUntil : retainedUntil;
    return { ...step, removed: step.removed + removed, after, retainedUntil: kept, state: after === null ? 'done' : 'waiting' };
  });
  const next = { ...erasure, revision: erasure.revision + 1, steps };
  if (steps.some(({ state }) => state === 'waiting')) return next;
  if (erasure.round === 1) {
    const again = steps.map((step): ErasureStep => ({ ...step, state: 'waiting' }));
    return { ...next, round: 2, steps: again, dueAt: erasure.createdAt + SETTLED_AFTER_MS };
  }
  const finished = { ...next, subject: null, finishedAt: now, dueAt: null };
  return { ...finished, signature: keys.sign(receiptText(finished)) };
}

/** The receipt as it is signed: its members in the order of their names and nothing between them (RFC 8785). */
export function receiptText(erasure: Erasure): string {
  return canonical(receiptOf(erasure));
}

/** What an erasure proves: whose, of which stores, when. Instants as ISO 8601. */
export function receiptOf({ id, app, person, steps, createdAt, finishedAt }: Erasure) {
  return {
    id,
    app,
    person,
    state: finishedAt === null ? ('running' as const) : ('done' as const),
    createdAt: new Date(createdAt).toISOString(),
    finishedAt: finishedAt === null ? null : new Date(finishedAt).toISOString(),
    steps: steps.map(({ store, removed, retainedUntil }) => ({
      store,
      removed,
      retainedUntil: retainedUntil === null ? null : new Date(retainedUntil).toISOString(),
    })),
  };
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([one], [other]) => (one < other ? -1 : 1)))
      : member,
  );
}
