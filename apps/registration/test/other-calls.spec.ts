import { eventOf, installationTokenClaimedV1 } from '#libs/events';
import { startConsumers } from '#libs/testing/http';
import { EventServer } from '#libs/messaging';
import { InstallationRepository, SweepRegistry } from '#libs/registry';
import { eventually } from '#libs/testing';
import { RegistrationHttp, apnsToken, iphone, type Json } from './registration-http.ts';

let app: RegistrationHttp;
beforeEach(async () => {
  app = await RegistrationHttp.start();
});
afterEach(async () => {
  await app.close();
});

describe('a session', () => {
  it('R11: without a token moves only lastSeenAt', async () => {
    await app.put('phone-1', { ...iphone, token: apnsToken(1) });
    app.http.clock.advance(60_000);

    const { status, headers, body } = await app.call('POST', 'installations/phone-1/sessions', {});

    expect(status).toBe(200);
    expect(headers['etag']).toBe('"2"');
    expect(body).toMatchObject({
      lastSeenAt: '2026-01-01T00:01:00.000Z',
      tokenConfirmedAt: '2026-01-01T00:00:00.000Z',
      tokenChanged: false,
    });
  });

  it('R8, R43: brings a new token and what changed on the device', async () => {
    await app.put('phone-1', { ...iphone, token: apnsToken(1) });

    const body = { token: apnsToken(2), permission: 'denied', osVersion: '27' };
    const answer = await app.call('POST', 'installations/phone-1/sessions', { body });

    expect(answer.body).toMatchObject({ tokenChanged: true, notificationsEnabled: false, permission: 'denied', osVersion: '27' });
    expect((await app.call('POST', 'installations/phone-1/sessions', { body: { token: 'nonsense' } })).status).toBe(400);
    expect((await app.call('POST', 'installations/phone-1/sessions', { body: { platform: 'android' } })).status).toBe(400);
  });

  it('of an unknown id is 404: the SDK registers then', async () => {
    expect((await app.call('POST', 'installations/nobody/sessions', {})).body).toMatchObject({
      status: 404,
      code: 'installation_not_found',
    });
  });
});

describe('tags of an installation', () => {
  it('are added and removed without a race', async () => {
    await app.put('phone-1', { ...iphone, tags: ['a'] });
    const change = (body: unknown) => app.call('POST', 'installations/phone-1/tags', { body });

    await Promise.all(Array.from({ length: 10 }, (_, i) => change({ add: [`t${i}`], ...(i === 0 && { remove: ['a'] }) })));

    const tags = (await change({})).body['tags'] as string[];
    expect(tags.toSorted()).toEqual(Array.from({ length: 10 }, (_, i) => `t${i}`));
    expect((await change({ add: ['not ok'] })).status).toBe(400);
    expect((await change({ add: Array.from({ length: 60 }, (_, i) => `x${i}`) })).body['code']).toBe('too_many_tags');
    expect((await app.call('POST', 'installations/nobody/tags', { body: { add: ['x'] } })).status).toBe(404);
  });
});

describe('DELETE installation', () => {
  it('forgets it, and the same id can come back at once', async () => {
    await app.put('phone-1', { ...iphone, token: apnsToken(1), tags: ['vip'] });

    expect((await app.call('DELETE', 'installations/phone-1')).status).toBe(204);
    expect((await app.get('phone-1')).status).toBe(404);
    expect((await app.call('DELETE', 'installations/phone-1')).status).toBe(404);
    expect((await app.ledger('phone-1')).at(-1)).toMatchObject({ event: 'removed' });

    const again = await app.put('phone-1', { ...iphone, token: apnsToken(1) });
    expect(again.status).toBe(201);
    expect(again.body).toMatchObject({ created: true, tags: [], revision: 3 });
  });
});

describe('the ledger of an installation', () => {
  it('R22, R26: tells Charlie → Kim → Charlie, newest first, page by page', async () => {
    await app.put('phone-1', { ...iphone, token: apnsToken(1), externalId: 'charlie' });
    for (const externalId of ['kim', 'charlie']) {
      app.http.clock.advance(1_000);
      await app.put('phone-1', { externalId });
    }

    const moves = (await app.ledger('phone-1')).filter(({ event }) => event === 'moved');
    expect(moves.map(({ at, fromExternalId, toExternalId }) => [at, fromExternalId, toExternalId])).toEqual([
      ['2026-01-01T00:00:01.000Z', 'charlie', 'kim'],
      ['2026-01-01T00:00:02.000Z', 'kim', 'charlie'],
    ]);
    const pages: Json[][] = [];
    let query = '';
    for (let cursor: unknown = ''; typeof cursor === 'string'; query = `&cursor=${cursor as string}`) {
      const { body } = await app.call('GET', `installations/phone-1/ledger?limit=1${query}`);
      pages.push(body['items'] as Json[]);
      cursor = body['cursor'];
    }
    expect(pages.flat().toReversed()).toEqual(await app.ledger('phone-1'));
    expect((await app.call('GET', 'installations/phone-1/ledger?limit=0')).status).toBe(400);
    expect((await app.call('GET', 'installations/phone-1/ledger?cursor=abc')).body).toMatchObject({ status: 400, code: 'cursor_invalid' });
    expect((await app.call('GET', 'installations/nobody/ledger')).status).toBe(404);
  });

  it('R6, R22a: an externalId that is null detaches, and the person’s tags go', async () => {
    await app.put('phone-1', { ...iphone, token: apnsToken(1), externalId: 'charlie', tags: ['vip'] });

    const { body } = await app.put('phone-1', { externalId: null });

    expect(body).toMatchObject({ externalId: null, tags: [], ownerEpoch: 1 });
  });

  it('R31: an anonymous installation becomes an existing user’s, with its token', async () => {
    await app.put('tablet', { ...iphone, token: apnsToken(2), externalId: 'charlie' });
    await app.put('phone-1', { ...iphone, token: apnsToken(1) });

    const { body } = await app.put('phone-1', { externalId: 'charlie' });

    expect(body['userId']).toBe((await app.get('tablet')).body['userId']);
    expect(body).toHaveProperty('tokenFingerprint');
    expect(body['ownerEpoch']).toBe(0);
  });
});

describe('a token look-up', () => {
  it('R28: finds its one current owner', async () => {
    await app.put('phone-1', { ...iphone, token: apnsToken(1), externalId: 'charlie' });
    const lookup = (body: unknown) => app.call('POST', 'tokens/lookup', { body });

    const { status, body } = await lookup({ provider: 'apns', token: apnsToken(1) });

    expect(status).toBe(200);
    expect(body).toMatchObject({ installation: 'phone-1', externalId: 'charlie', userId: expect.any(String) as unknown });
    expect((await lookup({ provider: 'apns', token: apnsToken(9) })).body).toMatchObject({ status: 404, code: 'token_not_found' });
    expect((await lookup({ provider: 'apns', token: 'nonsense' })).status).toBe(400);
    expect((await lookup({ token: apnsToken(1) })).status).toBe(400);
  });
});

describe('what a crash left behind', () => {
  /** The state between steps 2 and 3 of P3: phone-2 claims the token that phone-1 holds. */
  async function leaveClaim(): Promise<void> {
    await app.put('phone-1', { ...iphone, token: apnsToken(1) });
    await app.put('phone-2', iphone);
    const installations = app.http.app.get(InstallationRepository, { strict: false });
    const holder = (await installations.findById('demo', 'phone-1'))!;
    const claimant = (await installations.findById('demo', 'phone-2'))!;
    app.http.clock.advance(1_000);
    const claim = { token: holder.token!, fingerprint: holder.tokenFingerprint!, at: app.http.clock.now(), imported: false };
    const { app: owner, id: installationId, userId, externalId } = claimant;
    const revision = claimant.revision + 1;
    const facts = { app: owner, installationId, userId, externalId, revision, provider: 'apns', fingerprint: claim.fingerprint };
    const event = eventOf(installationTokenClaimedV1, facts, { source: 'test', at: app.http.clock.now() });
    await installations.save({ ...claimant, revision, claim }, [event], []);
  }

  it('P3: the consumer of token_claimed finishes the move', async () => {
    await leaveClaim();
    await startConsumers(app.http);

    await eventually(
      async () => (await app.get('phone-2')).body,
      (phone) => 'tokenFingerprint' in phone,
    );

    expect((await app.get('phone-1')).body['tokenLostReason']).toBe('superseded');
  });

  it('P3: the sweep finishes it where the event was lost, and drops tombstones after 7 days', async () => {
    await leaveClaim();
    await app.put('phone-3', iphone);
    await app.call('DELETE', 'installations/phone-3');
    app.http.clock.advance(7 * 24 * 3_600_000 + 1);

    const swept = await app.http.app.get(SweepRegistry, { strict: false }).execute();

    expect(swept).toMatchObject({ claims: 1, tombstones: 1 });
    expect((await app.get('phone-2')).body).toHaveProperty('tokenFingerprint');
  });

  it('has a consumer registered for every event that registration waits for', async () => {
    await startConsumers(app.http);

    const heard = app.http.app.get(EventServer).subscriptions.flatMap(({ handlers }) => [...handlers.keys()]);

    expect(heard).toEqual(['installation.token_claimed.v1']);
  });
});

describe('the OpenAPI document', () => {
  it('describes every call with an answer, an example and its errors', async () => {
    const { body } = await app.http.call('GET', '/v1/openapi.json');
    const paths = (body as { paths: Record<string, Record<string, Operation>> }).paths;
    const own = Object.entries(paths).filter(([path]) => /\/(installations|tokens)/.test(path));

    expect(own.map(([path, item]) => `${Object.keys(item).sort().join(',')} ${path.slice('/v1/apps/{app}'.length)}`).sort()).toEqual([
      'delete,get,patch,put /installations/{id}',
      'delete,put /installations/{id}/live-activities/{activityId}',
      'delete,put /installations/{id}/live-activity-starts/{attributesType}',
      'get /installations',
      'get /installations/{id}/ledger',
      'post /installations/{id}/sessions',
      'post /installations/{id}/tags',
      'post /tokens/lookup',
    ]);
    for (const operation of own.flatMap(([, item]) => Object.values(item))) {
      expect(operation.summary).toBeTruthy();
      const success = Object.entries(operation.responses).filter(([status]) => status.startsWith('2'));
      for (const [status, { content }] of success) {
        if (status !== '204') expect(content?.['application/json']).toMatchObject({ schema: {}, example: {} });
      }
      expect(operation.responses).toHaveProperty('403');
    }
  });
});

interface Operation {
  readonly summary: string;
  readonly responses: Record<string, { content?: Record<string, Json> }>;
}
