import { gzipSync } from 'node:zlib';
import { RunImports } from '../../src/imports/run-imports.ts';
import { RegistrationHttp, apnsToken, type Json } from '../registration-http.ts';

/** Imports over HTTP, the sweep called by hand. */
describe('imports', () => {
  let http: RegistrationHttp;

  beforeAll(async () => {
    http = await RegistrationHttp.start();
  });

  afterAll(() => http.close());

  const create = async (body: Json = {}) => String((await http.call('POST', 'imports', { body })).body['id']);
  const put = (id: string, part: number, body: string | Buffer, headers: Record<string, string> = {}) =>
    http.call('PUT', `imports/${id}/parts/${part}`, { body, headers: { 'content-type': 'application/x-ndjson', ...headers } });
  const get = async (id: string) => (await http.call('GET', `imports/${id}`)).body;
  const run = () => http.http.app.get(RunImports).execute();

  async function imported(file: string | Buffer, body: Json = {}, headers?: Record<string, string>): Promise<Json> {
    const id = await create(body);
    await put(id, 1, file, headers);
    await http.call('POST', `imports/${id}/start`);
    await run();
    return get(id);
  }

  const line = (n: number, more: Json = {}) => JSON.stringify({ installationId: `i${n}`, platform: 'ios', token: apnsToken(n), ...more });

  it('takes NDJSON, and says what became of it', async () => {
    const id = await create({ mode: 'create' });
    expect(await get(id)).toMatchObject({ state: 'open', lines: 0, linesPerSecond: null, remainingSeconds: null });

    const file = [line(1, { externalId: 'ada', user: { tags: ['vip'] } }), '', line(2), 'no json', line(3, { token: 'x' }), ''].join(
      '\r\n',
    );
    expect((await put(id, 1, file)).body).toEqual({ part: 1, bytes: Buffer.byteLength(file) });
    expect((await http.call('POST', `imports/${id}/start`)).body).toMatchObject({ state: 'running' });
    await run();

    expect(await get(id)).toMatchObject({ state: 'done', lines: 4, created: 2, existing: 0, rejected: 2, problems: 2 });
    const { text } = await http.call('GET', `imports/${id}/errors`);
    expect(text.trim().split('\n').map((one) => JSON.parse(one) as Json)).toEqual([
      { part: 1, line: 4, pointer: '', message: 'Is not JSON', rejected: true },
      expect.objectContaining({ part: 1, line: 5, pointer: '/token', rejected: true }),
    ]); // prettier-ignore
    expect((await http.get('i1')).body).toMatchObject({ externalId: 'ada', provider: 'apns', notificationsEnabled: true });
    expect((await http.ledger('i1')).map(({ event }) => event)).toEqual(['imported']);
  });

  it('takes CSV with quoted cells over several lines', async () => {
    const csv = [
      'installationId,platform,token,tags,attributes.plan,attributes.age,user.subscription,externalId,notificationsEnabled',
      `c1,ios,${apnsToken(11)},vip; news,"gold, ""old""\nline",41,unsubscribed,grace,false`,
      `c2,ios,${apnsToken(12)},,,,,,`,
      'c3,ios,bad,,,,,,',
    ].join('\n');

    expect(await imported(csv, {}, { 'content-type': 'text/csv' })).toMatchObject({
      state: 'done',
      lines: 3,
      created: 2,
      rejected: 1,
      errors: [{ line: 5 }],
    });

    expect((await http.get('c1')).body).toMatchObject({
      tags: ['vip', 'news'], attributes: { plan: 'gold, "old"\nline', age: 41 }, notificationsEnabled: false, externalId: 'grace',
    }); // prettier-ignore
    expect((await http.get('c2')).body).toMatchObject({ tags: [], externalId: null });
  });

  it('takes an array of JSON, wherever its lines end', async () => {
    const file = `\ufeff[ ${line(21, { attributes: { note: 'a } "b" { \\' } })},\n${line(22)} ,{"platform":\n"ios"}]`;

    expect(await imported(file)).toMatchObject({ lines: 3, created: 2, rejected: 1, errors: [{ line: 3, pointer: '/token' }] });

    expect((await http.get('i21')).body).toMatchObject({ attributes: { note: 'a } "b" { \\' } });
  });

  it('takes gzip, parts in any order, and a part again', async () => {
    const id = await create({ parts: 2 });
    await put(id, 2, gzipSync(line(32)), { 'content-encoding': 'gzip' });
    expect((await http.call('POST', `imports/${id}/start`)).body).toMatchObject({ code: 'import_not_ready' });
    await put(id, 1, 'broken');
    await put(id, 1, line(31));
    await http.call('POST', `imports/${id}/start`);

    expect((await put(id, 1, line(33))).body).toMatchObject({ status: 409, code: 'import_not_ready' });
    await run();

    expect(await get(id)).toMatchObject({
      state: 'done',
      parts: [{ part: 1 }, { part: 2, bytes: Buffer.byteLength(line(32)) }],
      created: 2,
      rejected: 0,
    });
  });

  it('leaves nothing of a part that is no gzip, or broke off', async () => {
    const id = await create();

    const answer = await put(id, 1, Buffer.from('no gzip'), { 'content-encoding': 'gzip' });
    expect(answer.body).toMatchObject({ status: 400 });
    const half = gzipSync(line(34).repeat(1_000)).subarray(0, 60);
    expect((await put(id, 1, half, { 'content-encoding': 'gzip' })).status).toBe(400);

    expect((await get(id))['parts']).toEqual([]);
  });

  it('takes no part without its file, which would empty the one before', async () => {
    const { body } = await http.call('POST', 'imports', { body: {} });

    expect(await http.call('PUT', `imports/${String(body['id'])}/parts/1`)).toMatchObject({
      status: 400,
      body: { code: 'request_invalid', errors: [{ pointer: '' }] },
    });
  });

  it('does not read on once it is cancelled, and takes no part then', async () => {
    const id = await create();
    await put(id, 1, line(41));
    await http.call('POST', `imports/${id}/start`);

    expect((await http.call('POST', `imports/${id}/cancel`)).body).toMatchObject({ state: 'cancelled' });
    await run();

    expect(await get(id)).toMatchObject({ state: 'cancelled', lines: 0 });
    expect((await http.get('i41')).status).toBe(404);
    expect((await http.call('POST', `imports/${id}/start`)).status).toBe(409);
    expect((await http.call('POST', `imports/${id}/cancel`)).status).toBe(200);
  });

  it('tells how it ended, with the same id for the same end', async () => {
    const done = await create();
    await put(done, 1, line(42));
    await http.call('POST', `imports/${done}/start`);
    await run();
    const cancelled = await create();
    for (let n = 0; n < 2; n += 1) await http.call('POST', `imports/${cancelled}/cancel`); // a caller who was not answered calls again
    expect((await http.call('POST', `imports/${done}/cancel`)).status).toBe(409);

    const told = http.http.store
      .sql("SELECT value FROM log_records WHERE topic = 'push.activity' AND value LIKE '%import.finished.v1%'")
      .all()
      .map(({ value }) => JSON.parse(String(value)) as { id: string; data: Json });
    const ends = (id: string) => told.filter(({ data }) => data['importId'] === id);
    expect(ends(done).map(({ data }) => data)).toMatchObject([{ state: 'done', failure: null, counts: { lines: 1, created: 1 } }]);
    expect(ends(cancelled).map(({ data }) => data['state'])).toEqual(['cancelled', 'cancelled']);
    expect(new Set(ends(cancelled).map(({ id }) => id)).size).toBe(1);
  });

  it('R21: takes a browser only with its keys', async () => {
    const endpoint = 'https://fcm.googleapis.com/fcm/send/abc';
    const keys = {
      p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
      auth: 'BTBZMqHH6r4Tts7J_aSIgg',
    };

    const job = await imported([{ platform: 'web', token: endpoint }, { platform: 'web', token: { endpoint, keys } }].map((row) => JSON.stringify(row)).join('\n')); // prettier-ignore

    expect(job).toMatchObject({ created: 1, rejected: 1, errors: [{ line: 1, pointer: '/token' }] });
  });

  it('tries a file without writing anything of it', async () => {
    expect(await imported(line(51), { dryRun: true })).toMatchObject({ state: 'done', dryRun: true, created: 1 });

    expect((await http.get('i51')).status).toBe(404);
  });

  it('says everything that is wrong with a row at once', async () => {
    const job = await imported(
      [
        '{"externalId":"null"}',
        '{"tags":["a"]}',
        '{"platform":"phone","token":"x","spam":1}',
        '{"installationId":"x"}',
        '{"user":{"tags":[]}, "platform":"ios","token":null}',
      ].join('\n'),
    );

    const pointers = (job['errors'] as Json[]).map(({ line: at, pointer }) => `${String(at)}${String(pointer)}`);
    expect(pointers.sort()).toEqual(['1/externalId', '2', '3/platform', '3/spam', '4/platform', '5/token', '5/user']);
    expect(job).toMatchObject({ lines: 5, created: 0, rejected: 5 });
  });

  it('answers nobody but servers and admins of the app', async () => {
    expect((await http.call('POST', 'imports', { key: http.sdk })).status).toBe(403);
    expect((await http.call('POST', 'imports', { body: { format: 'x', spam: 1 } })).body).toMatchObject({ status: 400 });
    expect((await http.call('GET', 'imports/none')).body).toMatchObject({ code: 'import_not_found' });
    expect((await put(await create(), 0, 'x')).status).toBe(400);
    expect(
      (await http.call('PUT', 'installations/i1', { body: 'x', headers: { 'content-type': 'application/octet-stream' } })).status,
    ).toBe(415);
  });

  it('forgets an import after its days', async () => {
    const id = await create();
    await put(id, 1, line(61));
    http.http.clock.advance(8 * 86_400_000);

    await http.http.app.get(RunImports).forget(7);

    expect((await http.call('GET', `imports/${id}`)).status).toBe(404);
  });

  it('lets few imports of an app be unfinished at once', async () => {
    for (let made = 0; made < 20; made += 1) await create();

    expect((await http.call('POST', 'imports')).body).toMatchObject({ status: 409, code: 'too_many_imports' });
  });
});
