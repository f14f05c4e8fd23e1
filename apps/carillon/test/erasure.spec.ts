import { campaign } from '#apps/campaign';
import { feedback } from '#apps/feedback';
import { identity } from '#apps/identity';
import { registration } from '#apps/registration';
import { DeadLetters } from '#libs/messaging';
import { EventParts, eventMigrations, startHttp, type TestHttp } from '#libs/testing/http';
import { ErasureList, FileKeeper, FileMissing } from '#libs/storage';
import { kim, mark, markPerson } from './support/marked-person.ts';

type Json = Record<string, unknown>;

const services = [registration, identity, campaign, feedback] as const;
/** Kept until its retention ends, as the receipt says. */
const keptFor = ['log_records'];

let http: TestHttp;
let server: string;

beforeEach(async () => {
  http = await startHttp({
    imports: [EventParts.embedded(), ...services.map(({ settings, module }) => module(settings.parse({}) as never, 'embedded'))],
    migrations: eventMigrations,
  });
  await http.keys.app('demo');
  server = await http.keys.key('demo', 'server');
});
afterEach(() => http.close());

const call = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
  const answer = await http.call(method, `/v1/apps/demo/${path}`, { key: server, ...(body !== undefined && { body }), headers });
  return { ...answer, body: answer.body as Json };
};
const made = async (method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Json> => {
  const { status, body: answer } = await call(method, path, body, headers);
  if (status >= 300) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(answer)}`);
  return answer;
};
/** What the sweeps of every service do, as a start from a backup does it before it serves. */
const settle = async (): Promise<string[]> => {
  const lines: string[] = [];
  for (const { restored } of services) await restored?.(http.app, { line: (text: string) => lines.push(text) } as never);
  return lines;
};
const finish = async () => {
  await settle();
  http.clock.advance(30_000);
  await settle();
};
const tables = (): string[] =>
  http.store
    .sql("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    .all()
    .map(({ name }) => String(name));
/** Tables with a row that speaks of the person. */
const tablesWith = (word: string): string[] =>
  tables().filter((table) =>
    http.store
      .prepare(`SELECT * FROM ${table}`)
      .all()
      .some((row) => JSON.stringify(row).includes(word)),
  );

/** The data of the facts of a type that the log holds. */
const factsIn = (type: string): Json[] =>
  http.store
    .sql("SELECT value FROM log_records WHERE topic = 'push.activity' AND value LIKE ?")
    .all(`%"${type}"%`)
    .map(({ value }) => (JSON.parse(String(value)) as { data: Json }).data);

/** Kim, with the mark wherever a caller, other services and time can put it. */
async function markedKim(): Promise<{ importId: string }> {
  const importId = await markPerson(made, http.clock.now());
  insertRows();
  const record = {
    topic: 'push.track',
    partition: 0,
    group: 'carillon.identity.push.track',
    service: 'identity',
    type: 'event.tracked.v1',
  };
  const letter = {
    ...record,
    offset: 7,
    id: 'letter-1',
    key: `demo:${kim}`,
    app: 'demo',
    code: 'handler_failed',
    reason: 'it failed',
    tries: 5,
    at: 1,
  };
  await http.app
    .get(DeadLetters)
    .add({ ...letter, original: JSON.stringify({ data: { externalId: kim } }), truncated: false, headers: {} });
  await http.app.get(DeadLetters).add({ ...letter, id: 'letter-2', app: null, original: `no JSON, ${kim}`, truncated: false, headers: {} });
  await http.app
    .get(DeadLetters)
    .add({ ...letter, id: 'letter-3', key: 'demo:lee', original: '{"data":{"externalId":"lee"}}', truncated: false, headers: {} });
  return { importId };
}

/** What takes other services, or hours, to come about. */
function insertRows(): void {
  const rows: [string, Json][] = [
    ['waiting_triggers', { app: 'demo', id: 't1', campaign: 'c', user: kim, state: 'waiting', due_at: 9e15, unless: null, document: JSON.stringify({ user: kim, event: { of: mark } }) }],
    ['trigger_entries', { app: 'demo', campaign: 'c', user: kim, revision: 1, entered_at: 1, trigger_id: 't1' }],
    ['campaign_runs', { app: 'demo', id: 'c', revision: 3, due_at: null, started_by: null, document: JSON.stringify({ revision: 3, variables: { user: kim } }) }],
    ['cancel_keys', { app: 'demo', key: 'k', revision: 2, updated_at: 1, document: JSON.stringify({ revision: 2, users: { [kim]: 5, lee: 6 } }) }],
    ['webhook_deliveries', { id: 'd1', app: 'demo', webhook: 'w', type: 'x.v1', body: JSON.stringify({ data: { externalId: kim } }), state: 'delivered', attempts: 1, dueAt: null, createdAt: 1 }],
    ['webhook_deliveries', { id: 'd2', app: 'demo', webhook: 'w', type: 'x.v1', body: JSON.stringify({ data: { externalId: 'lee' } }), state: 'delivered', attempts: 1, dueAt: null, createdAt: 1 }],
    ['idempotency', { id: 'demo:x:1', body_hash: 'h', seed: 's', expires_at: 9e15, answer: JSON.stringify({ status: 200, body: { externalId: kim, attributes: { of: mark } } }) }],
    ['receipts', { app: 'demo', message_id: 'm1', kind: 'opened', installation_id: 'phone-1', send_id: 's1', at: 1, taken_at: 1 }],
    ['conversions', { app: 'demo', message_id: 'm1', send_id: 's1', installation_id: 'phone-1', owner_epoch: 1, accepted_at: 1, converted_at: 2, after: 'opened', value: 4.5, event: 'order_placed:2' }],
    ['import_problems', { import: 'i0', part: 1, line: 1, index: 0, document: JSON.stringify({ message: `${kim} is too long` }) }],
    ['imports', { id: 'i0', app: 'demo', state: 'done', created_at: 1, revision: 1, step: 0, document: JSON.stringify({ id: 'i0', app: 'demo', revision: 1, state: 'done', problems: [{ message: `${kim} is too long` }] }), progress: '{}' }],
  ]; // prettier-ignore
  for (const [table, row] of rows) {
    const names = Object.keys(row);
    const sql = `INSERT INTO ${table} (${names.map((name) => `"${name}"`).join(', ')}) VALUES (${names.map(() => '?').join(', ')})`;
    http.store.prepare(sql).run(...(Object.values(row) as never[]));
  }
}

describe('the erasure of a person', () => {
  it('leaves no trace in any table or file but the log, and everybody else as they were', async () => {
    const { importId } = await markedKim();
    const before = tablesWith(mark);
    expect(before).toEqual(
      expect.arrayContaining([
        'users', 'activity_tokens', 'user_aliases', 'user_events', 'installations', 'token_ledger', 'user_operations', 'sends', 'send_targets', 'pages', 'scheduled_sends', 'campaigns',
        'campaign_runs', 'cancel_keys', 'waiting_triggers', 'trigger_entries', 'webhook_deliveries', 'idempotency', 'dead_letters', 'imports', 'import_problems',
      ]),
    ); // prettier-ignore

    const { erasure } = await made('DELETE', `users/${kim}`);
    await finish();

    expect(tablesWith(mark).filter((table) => !keptFor.includes(table))).toEqual([]);
    const { state, steps, signature } = await made('GET', `erasures/${String(erasure)}`);
    expect(state).toBe('done');
    expect(signature).toMatch(/^[\w-]{86}$/);
    expect((steps as Json[]).find(({ store }) => store === 'log')).toMatchObject({
      removed: 0,
      retainedUntil: expect.any(String) as string,
    });
    expect(http.store.sql("SELECT installation_id FROM receipts WHERE message_id = 'm1'").get()).toMatchObject({
      installation_id: expect.stringMatching(/^erased-/) as string,
    });
    await expect(firstOf(http.app.get(FileKeeper).read(`imports/demo/${importId}/1`))).rejects.toThrow(FileMissing);
    expect(await made('GET', `imports/${importId}`)).toMatchObject({ state: 'cancelled', failure: 'person_erased' });
    expect(factsIn('user.erased.v1')).toMatchObject([{ app: 'demo', erasureId: erasure, externalId: kim }]);
    expect(factsIn('import.finished.v1')).toMatchObject([{ importId, state: 'cancelled', failure: 'person_erased' }]);
    expect(await made('GET', 'users/lee')).toMatchObject({ externalId: 'lee', installations: [{ id: 'phone-2' }] });
    expect(((await made('GET', 'dead-letters'))['items'] as Json[]).map(({ id }) => id)).toEqual(['letter-3']);
    expect(http.store.sql('SELECT id FROM webhook_deliveries').all()).toEqual([{ id: 'd2' }]);
    expect(await made('GET', 'campaigns/theirs')).toMatchObject({ message: { title: 'erased' } });
  });

  it('is asked for under the guards of every change, and once', async () => {
    await markedKim();
    const etag = String((await call('GET', `users/${kim}`)).headers['etag']);

    expect((await call('DELETE', 'users/nobody')).body).toMatchObject({ status: 404, code: 'user_not_found' });
    expect((await call('DELETE', `users/${kim}`, undefined, { 'if-match': '"99"' })).body).toMatchObject({ code: 'revision_mismatch' });
    const sdk = await http.keys.key('demo', 'sdk');
    expect((await http.call('DELETE', `/v1/apps/demo/users/${kim}`, { key: sdk })).status).toBe(403);

    const begun = await call('DELETE', `users/${kim}`, undefined, { 'if-match': etag });

    expect(begun).toMatchObject({ status: 202, headers: { location: `/v1/apps/demo/erasures/${String(begun.body['erasure'])}` } });
    expect((await call('DELETE', `users/${kim}`)).body).toEqual(begun.body);
    expect((await call('GET', `users/${kim}`)).status).toBe(404);
    expect((await call('GET', 'erasures/nothing')).body).toMatchObject({ status: 404, code: 'erasure_not_found' });
    const listed = await made('GET', `erasures?externalId=${kim}`);
    expect(listed).toMatchObject({ items: [{ id: begun.body['erasure'], state: 'running', signature: null }] });
    expect(((await made('GET', 'erasures'))['items'] as Json[]).length).toBe(1);
    expect((await http.call('GET', '/v1/erasure-key')).body).toEqual({ kty: 'OKP', crv: 'Ed25519', x: expect.any(String) as string });
    expect((await http.call('GET', '/v1/audit?app=demo', { key: http.keys.admin })).body).toMatchObject({
      items: expect.arrayContaining([expect.objectContaining({ action: 'user.erased', target: begun.body['erasure'] })]) as Json[],
    });
  });

  it('is done again by a start from a backup that knows the person still', async () => {
    await markedKim();
    const userIds = [String((await made('GET', `users/${kim}`))['userId'])];
    await http.app.get(ErasureList).add({ id: 'e1', app: 'demo', person: 'erased-x', userIds, at: 1 }); // erased after the backup was taken

    const lines = await settle();

    expect(lines.join()).toMatch(/erasures +1 people who were erased since the backup are erased again/);
    expect(tablesWith(kim).filter((table) => ![...keptFor, 'erasures'].includes(table))).toEqual([]);
    http.clock.advance(60_000);
    await settle();
    expect(await made('GET', 'erasures/e1')).toMatchObject({ state: 'done' });
    expect(tablesWith(mark).filter((table) => !keptFor.includes(table))).toEqual([]);
  });

  it('takes exports with the person, and lets the others stay', async () => {
    await markedKim();
    const export_ = async (id: string, job: Json, text: string) => {
      const document = {
        id,
        app: 'demo',
        revision: 1,
        what: 'users',
        format: 'ndjson',
        tags: null,
        withTokens: false,
        recipient: null,
        ...job,
      };
      const facts = { state: 'done', failure: null, rows: 1, bytes: 1, createdAt: http.clock.now(), finishedAt: 1, leaseUntil: 0 };
      const whole = JSON.stringify({ ...document, ...facts });
      http.store.prepare("INSERT INTO exports VALUES (?, 'demo', 'done', ?, 0, 1, ?)").run(id, http.clock.now(), whole);
      await http.app.get(FileKeeper).write(`exports/demo/${id}/file`, [Buffer.from(text)] as never);
    };
    await export_('theirs', {}, `{"externalId":"${kim}"}\n`);
    await export_('others', {}, `{"externalId":"${kim}-2"}\n`);
    await export_('sealed', { recipient: 'age1x' }, 'sealed');

    await made('DELETE', `users/${kim}`);
    await finish();

    expect((await call('GET', 'exports/theirs')).body).toMatchObject({ state: 'failed', failure: 'person_erased' });
    expect((await call('GET', 'exports/sealed')).body).toMatchObject({ state: 'failed', failure: 'person_erased' });
    expect((await call('GET', 'exports/others')).body).toMatchObject({ state: 'done' });
  });
});

async function firstOf(bytes: AsyncIterable<Buffer>): Promise<Buffer | undefined> {
  for await (const some of bytes) return some;
  return undefined;
}
