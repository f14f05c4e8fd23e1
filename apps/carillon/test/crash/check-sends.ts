import { messageId } from '#libs/kernel';
import { until } from '../support/platform.ts';
import { addUp, sum, type SendRecord } from '../support/shop.ts';
import type { Client } from './client.ts';
import type { Phone } from './phones.ts';
import type { SendRequest } from './request.ts';
import type { AcceptedMessage } from './simulators.ts';

const endings = ['done', 'no_target', 'stopped', 'failed'];
const stuckAfterMs = 120_000; // without progress
const maxMs = 300_000;

/** A send that is over, with what the platform and the simulators say became of it. */
export interface EndedSend {
  readonly request: SendRequest;
  readonly record: SendRecord;
  /** Installation → outcome, in the platform's words. */
  readonly outcomes: ReadonlyMap<string, string>;
  /** Message id → how often the providers accepted it. */
  readonly accepted: ReadonlyMap<string, number>;
}

/** Waits for the end of a send. Throws when it is stuck or the platform does not know it. */
export async function endOf(client: Client, { sendId, key }: SendRequest): Promise<SendRecord> {
  if (sendId === undefined) throw new Error(`the send ${key} could not be asked for`);
  let last: SendRecord | undefined;
  const ask = async () => {
    const reply = await client.call<SendRecord>('GET', `/sends/${sendId}`);
    return (last = reply.kind === 'answered' && reply.status === 200 ? reply.body : undefined);
  };
  const isStuck = ({ lastProgressAt }: SendRecord) => Date.now() - Date.parse(lastProgressAt) > stuckAfterMs;
  await until(ask, (record) => record !== undefined && (endings.includes(record.state) || isStuck(record)), maxMs).catch(() => undefined);
  if (!last || !endings.includes(last.state))
    throw new Error(`the send ${key} (${sendId}) is ${last ? `stuck: ${JSON.stringify(last)}` : 'lost'}`);
  return last;
}

export async function ended(
  client: Client,
  request: SendRequest,
  all: ReadonlyMap<string, readonly AcceptedMessage[]>,
): Promise<EndedSend> {
  const record = await endOf(client, request);
  const text = record.state === 'no_target' ? '' : String(await client.must<unknown>('GET', `/sends/${record.id}/results`));
  const lines = text
    .trim()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { installation: string; outcome: string });
  const accepted = new Map<string, number>();
  for (const { messageId: id } of all.get(record.id) ?? []) accepted.set(id, (accepted.get(id) ?? 0) + 1);
  return { request, record, accepted, outcomes: new Map(lines.map(({ installation, outcome }) => [installation, outcome])) };
}

/** The counts' law, and that doubt is never understated (architecture 6, promises 3 and 8). */
export function* countProblems({ request, record, outcomes, accepted }: EndedSend): Generator<string> {
  const { counts, suppressedBy } = record;
  const name = `${request.key} (${record.id})`;
  const told = [...outcomes].filter(([, outcome]) => outcome === 'accepted').map(([installation]) => messageId(record.id, installation));
  const twice = [...accepted].filter(([, times]) => times > 1).map(([id, times]) => [id, times - 1] as const);
  const untold = [...accepted].filter(([id]) => !told.includes(id));
  const atProviders = total(accepted.values());
  if (!addUp(counts) || counts.remaining !== 0) yield `${name} does not add up: ${JSON.stringify(counts)}`;
  if (sum(record.outcomes) !== counts.failed || sum(suppressedBy) !== counts.suppressed)
    yield `${name} has messages without a reason: ${JSON.stringify(record)}`;
  if (outcomes.size !== counts.targeted) yield `${name} targeted ${counts.targeted} and tells of ${outcomes.size}`;
  if (told.length !== counts.accepted) yield `${name} counts ${counts.accepted} accepted and tells of ${told.length}`;
  if (counts.accepted > atProviders) yield `${name} counts ${counts.accepted} accepted, the providers ${atProviders}`;
  if (atProviders > counts.accepted + counts.possibleDuplicates)
    yield `${name} counts ${counts.accepted} accepted and ${counts.possibleDuplicates} in doubt, the providers accepted ${atProviders}`;
  const missing = told.filter((id) => !accepted.has(id));
  if (missing.length > 0) yield `${name} calls ${missing.length} messages accepted that no provider saw, such as ${missing[0] ?? ''}`;
  const extra = total(twice.map(([, more]) => more)) + untold.length;
  if (extra > counts.possibleDuplicates)
    yield `${name} has ${counts.possibleDuplicates} in doubt, but ${extra} too many: twice ${JSON.stringify(twice.slice(0, 3))}, untold ${JSON.stringify(untold.slice(0, 3))}`;
}

interface Totals {
  readonly targeted: number;
  readonly accepted: number;
  readonly byReason: Readonly<Record<string, number>>;
}

/** Waits until statistics have what all sends have, to the unit. Throws where they never do. */
export async function sameInStatistics(client: Client): Promise<Totals> {
  const sends = await totalsOfSends(client);
  const bySends = JSON.stringify(sends);
  const found = await until(
    () => totalsOfStatistics(client),
    (totals) => JSON.stringify(totals) === bySends,
    stuckAfterMs,
  ).catch(() => totalsOfStatistics(client));
  if (JSON.stringify(found) !== bySends) throw new Error(`sends have ${bySends}, statistics ${JSON.stringify(found)}`);
  return sends;
}

async function totalsOfSends(client: Client): Promise<Totals> {
  const all = new Adding();
  for (let cursor: string | null = ''; cursor !== null;) {
    const path = `/sends?limit=100${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`;
    const list: { items: SendRecord[]; cursor: string | null } = await client.must('GET', path);
    for (const { counts, outcomes, suppressedBy } of list.items)
      all.add(counts.targeted, counts.accepted, { ...outcomes, ...suppressedBy });
    cursor = list.cursor;
  }
  return all.totals();
}

async function totalsOfStatistics(client: Client): Promise<Totals> {
  const { rows } = await client.must<{ rows: Record<string, number | string | null>[] }>('GET', '/stats?by=hour&group=reason,provider');
  const all = new Adding();
  for (const { reason, ...row } of rows) {
    const without = Number(row['failed']) + Number(row['suppressed']);
    all.add(Number(row['targeted']), Number(row['accepted']), typeof reason === 'string' ? { [reason]: without } : {});
  }
  return all.totals();
}

class Adding {
  #targeted = 0;
  #accepted = 0;
  readonly #byReason: Record<string, number> = {};

  add(targeted: number, accepted: number, byReason: Readonly<Record<string, number>>): void {
    this.#targeted += targeted;
    this.#accepted += accepted;
    for (const [reason, count] of Object.entries(byReason)) if (count > 0) this.#byReason[reason] = (this.#byReason[reason] ?? 0) + count;
  }

  totals(): Totals {
    return { targeted: this.#targeted, accepted: this.#accepted, byReason: Object.fromEntries(Object.entries(this.#byReason).sort()) };
  }
}

/** Whoever was registered and acknowledged before the send was asked for gets it; the dead are named as dead. */
export function* reachProblems({ request, record, outcomes }: EndedSend, phones: readonly Phone[]): Generator<string> {
  const name = `${request.key} (${record.id})`;
  const meant = 'everyone' in request.target ? phones : phones.filter(({ id }) => named(request).includes(id));
  const wrong = meant
    .filter(({ registeredAt }) => registeredAt !== undefined && registeredAt < (request.askedAt ?? 0))
    .map(({ id, dead }) => ({ id, dead, outcome: outcomes.get(id) }))
    .filter(({ dead, outcome }) => (dead ? outcome !== 'token_invalid' && outcome !== 'skipped' : outcome !== 'accepted'));
  if (wrong.length > 0) yield `${name} did not reach ${wrong.length} installations, such as ${JSON.stringify(wrong.slice(0, 3))}`;
}

function named({ target }: SendRequest): readonly string[] {
  return 'installations' in target ? target.installations : [];
}

function total(numbers: Iterable<number>): number {
  return [...numbers].reduce((sumSoFar, number) => sumSoFar + number, 0);
}
