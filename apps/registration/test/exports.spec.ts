import { Decrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { RunExports } from '../src/exports/run-exports.ts';
import { RegistrationHttp, apnsToken, iphone, type Json } from './registration-http.ts';

describe('exports', () => {
  let http: RegistrationHttp;
  const admin = 'an admin key for tests';

  beforeAll(async () => {
    http = await RegistrationHttp.start();
    for (let n = 1; n <= 3; n += 1) {
      const body = { ...iphone, token: apnsToken(n), externalId: `u${n}`, tags: n === 2 ? ['vip'] : [], attributes: { note: 'a "b",\nc' } };
      await http.put(`phone-${n}`, body);
    }
  });

  afterAll(() => http.close());

  async function exported(
    body: Json,
    key = http.server,
  ): Promise<{ readonly id: string; readonly text: string; readonly headers: object }> {
    const made = await http.call('POST', 'exports', { body, key });
    expect(made.body).toMatchObject({ state: 'running', rows: 0 });
    const id = String(made.body['id']);
    expect((await http.call('GET', `exports/${id}/file`, { key })).body).toMatchObject({ status: 409, code: 'export_not_ready' });
    await http.http.app.get(RunExports).execute();
    const { text, headers } = await http.call('GET', `exports/${id}/file`, { key });
    return { id, text, headers };
  }

  const rowsOf = (text: string): Json[] => text.trim().split('\n').map((line) => JSON.parse(line) as Json); // prettier-ignore

  it('writes installations as lines, without their tokens', async () => {
    const { id, text, headers } = await exported({ what: 'installations' });

    const rows = rowsOf(text);
    expect(rows.map((row) => row['id']).sort()).toEqual(['phone-1', 'phone-2', 'phone-3']);
    expect(rows[0]).toMatchObject({ platform: 'ios', attributes: { note: 'a "b",\nc' } });
    expect(text).not.toContain(apnsToken(1));
    expect((await http.call('GET', `exports/${id}`)).body).toMatchObject({
      state: 'done',
      rows: 3,
      bytes: Buffer.byteLength(text),
      sealed: false,
    });
    expect(headers).toMatchObject({
      'content-type': 'application/x-ndjson',
      'content-disposition': expect.stringContaining('demo-installations.ndjson') as string,
    });
  });

  it('writes only what a filter selects, as CSV', async () => {
    const { text } = await exported({ what: 'installations', format: 'csv', filter: { tags: 'vip' } });

    const [header = '', ...cells] = text.split('\r\n');
    expect(header.split(',')).toEqual(expect.arrayContaining(['id', 'platform', 'attributes']));
    expect(cells.join('\r\n')).toContain('phone-2');
    expect(text).toContain('"{""note"":""a \\""b\\"",\\nc""}"');
    expect(text).not.toContain('phone-1');
  });

  it('writes people and the token ledger', async () => {
    expect(
      rowsOf((await exported({ what: 'users' })).text)
        .map((row) => row['externalId'])
        .sort(),
    ).toEqual(['u1', 'u2', 'u3']);
    const lines = rowsOf((await exported({ what: 'ledger' })).text);
    expect(lines.map(({ installation, event }) => `${String(installation)} ${String(event)}`).sort()).toEqual([
      'phone-1 registered', 'phone-2 registered', 'phone-3 registered',
    ]); // prettier-ignore
  });

  it('gives tokens to admins only, and says so in the audit', async () => {
    expect((await http.call('POST', 'exports', { body: { what: 'installations', include: ['tokens'] } })).body).toMatchObject({
      status: 403,
      code: 'tokens_for_admins',
    });

    const { id, text } = await exported({ what: 'installations', include: ['tokens'] }, admin);

    expect(
      rowsOf(text)
        .map((row) => row['token'])
        .sort(),
    ).toEqual([1, 2, 3].map(apnsToken));
    expect((await http.call('GET', `exports/${id}/file`)).body).toMatchObject({ status: 403, code: 'tokens_for_admins' });
    const { body } = await http.http.call('GET', '/v1/audit', { key: admin });
    expect((body as Json)['items']).toContainEqual(expect.objectContaining({ action: 'tokens.exported', target: id }));
  });

  it('seals a file to a recipient, who alone reads it', async () => {
    const identity = await generateX25519Identity();
    const recipient = await identityToRecipient(identity);
    const { body } = await http.call('POST', 'exports', { body: { what: 'users', recipient } });
    await http.http.app.get(RunExports).execute();

    const { rawPayload } = await http.http.app.inject({
      url: `/v1/apps/demo/exports/${String(body['id'])}/file`,
      headers: { authorization: `Bearer ${http.server}` },
    });

    expect(rawPayload.toString('latin1')).toMatch(/^age-encryption\.org\/v1\n/);
    const decrypter = new Decrypter();
    decrypter.addIdentity(identity);
    expect(rowsOf(await decrypter.decrypt(rawPayload, 'text'))).toHaveLength(3);
  });

  it('refuses what is no export, all of it at once', async () => {
    const { body } = await http.call('POST', 'exports', {
      body: { what: 'users', filter: { tags: 'a &' }, include: ['tokens'], recipient: 'age1x', format: 'xml' },
    });

    expect((body['errors'] as Json[]).map(({ pointer }) => pointer)).toEqual(
      expect.arrayContaining(['/format', '/filter/tags', '/recipient']),
    );
    expect((await http.call('POST', 'exports', { body: { what: 'users', filter: { tags: 'a' }, include: ['tokens'] } })).status).toBe(400);
    expect((await http.call('POST', 'exports', { key: http.sdk, body: { what: 'users' } })).status).toBe(403);
    expect((await http.call('GET', 'exports/none')).body).toMatchObject({ code: 'export_not_found' });
  });

  it('begins anew where another process has died, and forgets old files', async () => {
    const { body } = await http.call('POST', 'exports', { body: { what: 'users' } });
    const id = String(body['id']);
    http.http.clock.advance(25 * 3_600_000);
    await http.http.app.get(RunExports).execute();
    expect((await http.call('GET', `exports/${id}`)).body).toMatchObject({ state: 'done' });

    await http.http.app.get(RunExports).forget(24);

    expect((await http.call('GET', `exports/${id}`)).status).toBe(404);
  });
});
