import { RequestInvalid, briefErrors, type FieldError } from '#libs/api';
import { PushError, Turns, cutLongWords, type Clock } from '#libs/kernel';
import { z } from 'zod';

/** What is wrong with one item of many. */
const itemProblem = z.object({
  code: z.string(),
  detail: z.string(),
  errors: z.array(z.object({ pointer: z.string(), message: z.string() })),
  more: z.int().optional().meta({ description: 'Further problems that the answer has no room for.' }),
});
type ItemProblem = z.output<typeof itemProblem>;

/** The answer for one item, by its status. */
export function itemResult<const S extends readonly [string, ...string[]]>(statuses: S) {
  return z.object({
    status: z.enum([...statuses, 'rejected']),
    problem: itemProblem.optional().meta({ description: 'Why it is rejected; absent where the answer has no room for it.' }),
  });
}

export interface ItemResult<S extends string> {
  readonly status: S | 'rejected';
  readonly problem?: ItemProblem;
}

const maxDetail = 200;
/** For what is wrong with the first of them there is room in any case. */
const firstProblems = 2_048;
/** Of a result that says no more than what became of its item. */
const bareBytes = 24;
/** Around all of them. */
const frameBytes = 128;
const atOnce = 25;

interface ItemWork<T, S extends string> {
  readonly keyOf: (item: T) => string;
  readonly work: (item: T, at: number) => Promise<S>;
  readonly clock: Clock;
  readonly maxBytes: number;
}

/**
 * Works on items many at a time, those of one key one after the other, and answers each in its place: what an item is refused for concerns no other one. `maxBytes`: of all
 * problems, as JSON. What may be tried again ends the whole call, as do faults.
 */
export async function eachItem<T, S extends string>(
  items: readonly T[],
  { keyOf, work, clock, maxBytes }: ItemWork<T, S>,
): Promise<ItemResult<S>[]> {
  const results: ItemResult<S>[] = [];
  const turns = new Turns(clock, 'items');
  let left = Math.max(firstProblems, maxBytes - frameBytes - items.length * bareBytes);
  let waiting = items.map((item, at) => ({ at, item, key: keyOf(item) }));
  while (waiting.length > 0) {
    const { wave, later } = nextWave(waiting);
    const done = await Promise.all(wave.map(async ({ at, item }) => [at, await resultOf(work(item, at))] as const));
    for (const [at, result] of done) {
      results[at] = briefly(result, left);
      left -= sizeOf(results[at]) - bareBytes;
    }
    waiting = later;
    if (turns.isOver) await turns.next();
  }
  return results;
}

interface Waiting<T> {
  readonly at: number;
  readonly item: T;
  readonly key: string;
}

/** The next few of different keys, and all the others in their order. */
function nextWave<T>(waiting: readonly Waiting<T>[]): { readonly wave: readonly Waiting<T>[]; readonly later: Waiting<T>[] } {
  const keys = new Set<string>();
  const later: Waiting<T>[] = [];
  const wave: Waiting<T>[] = [];
  for (const [index, one] of waiting.entries()) {
    if (wave.length === atOnce) return { wave, later: [...later, ...waiting.slice(index)] };
    if (keys.has(one.key)) later.push(one);
    else wave.push(one);
    keys.add(one.key);
  }
  return { wave, later };
}

async function resultOf<S extends string>(work: Promise<S>): Promise<ItemResult<S>> {
  try {
    return { status: await work };
  } catch (error) {
    if (!(error instanceof PushError) || error.retryable) throw error;
    const errors: readonly FieldError[] = error instanceof RequestInvalid ? error.errors : [];
    return { status: 'rejected', problem: { code: error.code, detail: cutLongWords(error.message), errors: [...errors] } };
  }
}

/** Without its problem where there is no room for that. */
function briefly<S extends string>(result: ItemResult<S>, left: number): ItemResult<S> {
  if (!result.problem) return result;
  const { code, detail, errors } = result.problem;
  const facts = { code, detail: detail.slice(0, maxDetail) };
  const room = left - sizeOf({ problem: { ...facts, errors: [], more: errors.length } });
  return room < 0 ? { status: result.status } : { status: result.status, problem: { ...facts, ...briefErrors(errors, room) } };
}

function sizeOf(part: object): number {
  return Buffer.byteLength(JSON.stringify(part));
}
