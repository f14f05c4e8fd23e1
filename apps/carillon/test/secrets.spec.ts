import { SignJWT, exportSPKI, generateKeyPair } from 'jose';
import { createECDH, generateKeyPairSync, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Evidence, filesBelow, modeOf } from './secrets/evidence.ts';
import { Secret, secretLines } from './secrets/secret.ts';
import { OtlpReceiver } from './trace/otlp-receiver.ts';
import { ADMIN_KEY, Platform, until, type Answer, type CallOptions } from './support/platform.ts';
import { Shop, type SendRecord } from './support/shop.ts';

const minutes = 60_000;
const message = { title: 'Your order is on its way' };
const base64url = (bytes: number) => randomBytes(bytes).toString('base64url');

describe('secrets', () => {
  const evidence = new Evidence();
  const tokens: Secret[] = [];
  const secrets: Secret[] = [new Secret('the bootstrap key', ADMIN_KEY)];
  let platform: Platform;
  let collector: OtlpReceiver;
  let shop: Shop;
  let sdkKey: string;
  let userJwt: string;

  beforeAll(async () => {
    collector = await OtlpReceiver.open();
    const settings = { CARILLON_DEMO: 'false', LOG_LEVEL: 'trace', OTEL_EXPORTER_OTLP_ENDPOINT: collector.url };
    platform = await collector.closedOnFailure(Platform.start(settings));
    shop = await Shop.open(platform, 'shop');
    secrets.push(new Secret('a server key', shop.key));
    await setUpKeys();
  });

  afterAll(async () => {
    await platform.end();
    collector.close();
  });

  /** Calls and keeps the answer; what an answer shows once, on purpose, is a secret from then on. */
  async function call<T = Record<string, string>>(method: string, path: string, body?: unknown, options: CallOptions = {}): Promise<Answer<T>> {
    const answer = await platform.call<T>(method, path, body, { key: shop.key, ...options });
    const shown = new Set<string>();
    const { key, installationSecret } = (answer.body ?? {}) as { key?: string; installationSecret?: string };
    for (const [name, text] of [[`a key of ${path}`, key], [`the secret of ${path}`, installationSecret]] as const) {
      if (text === undefined) continue;
      secrets.push(new Secret(name, text));
      shown.add(text);
    }
    let text = JSON.stringify([answer.body, [...answer.headers]]);
    for (const one of shown) text = text.replace(one, 'shown once');
    evidence.add(`the answer to ${method} ${path.slice(0, 60)}`, text);
    return answer;
  } // prettier-ignore

  function token(name: string, text: string): string {
    tokens.push(new Secret(name, text));
    return text;
  }

  const apnsToken = (name: string) => token(name, randomBytes(32).toString('hex'));
  const fcmToken = (name: string) => token(name, `${base64url(16)}:APA91b${base64url(100)}`);
  const at = (path: string) => `/v1/apps/shop${path}`;

  async function setUpKeys(): Promise<void> {
    const admin = { key: ADMIN_KEY };
    sdkKey = (await call('POST', at('/keys'), { kind: 'sdk' }, admin)).body['key']!;
    await call('POST', '/v1/keys', { name: 'second admin' }, admin);
    const pair = await generateKeyPair('ES256', { extractable: true });
    await call('PATCH', at(''), { sdkAuth: 'required', sdkKeys: [{ kid: 'k1', publicKey: await exportSPKI(pair.publicKey) }] }, admin);
    const claims = new SignJWT({ sub: 'kim', aud: 'shop' }).setProtectedHeader({ alg: 'ES256', kid: 'k1' }).setExpirationTime('1h');
    userJwt = await claims.sign(pair.privateKey);
    secrets.push(new Secret('a user token', userJwt), new Secret('its signature', userJwt.split('.')[2]!));
  }

  it('of real credentials are taken, and refused where they are wrong', async () => {
    const p8 = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' });
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey.export({ type: 'pkcs8', format: 'pem' });
    secrets.push(...secretLines('the APNs key', p8), ...secretLines('the key of the service account', rsa));
    const account = { project_id: 'shop-12345', private_key_id: 'f'.repeat(40), client_email: 'push@shop-12345.iam.gserviceaccount.com' };
    const serviceAccount = { ...account, private_key: rsa, type: 'service_account' };
    const admin = { key: ADMIN_KEY };
    await platform.call('PUT', '/v1/apps/real', { name: 'real' });
    const put = (provider: string, body: unknown, options: CallOptions = admin) =>
      call('PUT', `/v1/apps/real/credentials/${provider}?check=false`, body, options);

    expect(await put('apns', { teamId: 'ABCDE12345', keyId: 'FGHIJ67890', privateKey: p8 })).toMatchObject({ status: 200 });
    expect(await put('fcm', { serviceAccount })).toMatchObject({ status: 200 });
    for (const wrong of [{ privateKey: p8 }, { teamId: p8, keyId: 'x', privateKey: 1 }, { key: p8 }, { serviceAccount: p8 }, p8]) {
      expect(await put('apns', wrong)).toMatchObject({ status: 400 });
    }
    expect(await put('apns', { teamId: 'ABCDE12345', keyId: 'FGHIJ67890', privateKey: rsa })).toMatchObject({ status: 400 });
    expect(await put('fcm', { serviceAccount: { ...serviceAccount, private_key: `${rsa.slice(0, 400)}…` } })).toMatchObject({ status: 400 });
    expect(await put('fcm', JSON.stringify({ serviceAccount }).slice(0, -2), { ...admin, raw: true })).toMatchObject({ status: 400 });
    expect(await put('apns', { privateKey: p8 }, {})).toMatchObject({ status: 403 });
    for (const path of ['/credentials', '/credentials/apns', '/credentials/fcm']) await call('GET', `/v1/apps/real${path}`, undefined, admin);
    await call('GET', '/v1/audit', undefined, admin);
  }); // prettier-ignore

  it('of installations are taken: registered, refreshed, moved to another phone and user', async () => {
    const register = (id: string, body: object, options: CallOptions = {}) => call('PUT', at(`/installations/${id}`), body, options);
    const shared = apnsToken('a token that moves between phones');
    const ios = { platform: 'ios', provider: 'apns', permission: 'granted' };

    const first = await register('sdk-phone', { ...ios, token: apnsToken('a token by sdk') }, { key: sdkKey });
    const proof = { 'x-installation-secret': first.body['installationSecret']!, 'x-user-token': userJwt };
    await register('sdk-phone', { externalId: 'kim', token: apnsToken('a refreshed token') }, { key: sdkKey, headers: proof });
    await call(
      'POST',
      at('/installations/sdk-phone/sessions'),
      { token: apnsToken('a token of a session') },
      { key: sdkKey, headers: proof },
    );
    await call('PUT', at('/installations/sdk-phone/user'), { externalId: 'kim' }, { key: sdkKey, headers: proof });
    for (const id of ['phone-1', 'phone-2', 'phone-1']) await register(id, { ...ios, token: shared, externalId: 'charlie' });
    await register('android', { platform: 'android', provider: 'fcm', token: fcmToken('an FCM token'), externalId: 'charlie' });
    await register('web', { platform: 'web', provider: 'webpush', token: webPushToken() });
    await call('POST', at('/tokens/lookup'), { provider: 'apns', token: shared });
    for (const id of ['phone-1', 'phone-2', 'android', 'web']) {
      expect(await call('GET', at(`/installations/${id}`))).toMatchObject({ status: 200 });
      await call('GET', at(`/installations/${id}/ledger`));
    }
  });

  it('of sends are used: accepted, refused, moved, failing', async () => {
    const behaviours = [
      'ok',
      'invalid',
      'invalid_since:1',
      'wrong_sender',
      'throttled:1',
      'unavailable',
      'reset',
      'goaway',
      `moved:${apnsToken('a new token')}`,
    ];
    const doomed: string[] = [];
    for (const [index, behaviour] of behaviours.entries()) {
      const provider = index % 2 === 0 || behaviour.startsWith('moved') ? 'apns' : 'fcm';
      const value = provider === 'apns' ? apnsToken(`a token that is ${behaviour.slice(0, 12)}`) : fcmToken(`a token that is ${behaviour}`);
      await call('PUT', at(`/installations/doomed-${index}`), {
        platform: provider === 'apns' ? 'ios' : 'android',
        provider,
        token: value,
        permission: 'granted',
      });
      await platform.simulator('PUT', '/faults', { provider, token: value, behaviour, times: 2 });
      doomed.push(value);
    }
    const { body: all } = await call<SendRecord>(
      'POST',
      at('/sends'),
      { to: { everyone: true }, message },
      { headers: { prefer: 'wait=1', 'idempotency-key': 'all' } },
    );
    const apns = doomed.filter((value) => !value.includes(':'));
    const { body: named } = await call<SendRecord>('POST', at('/sends'), {
      to: { provider: 'apns', tokens: apns },
      message,
      options: { ttl: 20 },
    });
    await call('POST', at('/sends'), { to: { users: ['kim', 'charlie'] }, message: { title: '{{ installation.token }}{{ user.x }}' } });
    for (const { sendId } of [all, named]) {
      await until(
        async () => (await shop.call<SendRecord>('GET', `/sends/${sendId}`)).body,
        ({ state }) => state === 'done',
        10 * minutes, // those that are tried again wait as their provider says, more than once
      );
      await call('GET', at(`/sends/${sendId}`));
      await call('GET', at(`/sends/${sendId}/results`));
      for (const id of ['doomed-1', 'doomed-2', 'phone-1', 'web']) await call('GET', at(`/sends/${sendId}/explain?installation=${id}`));
    }
    await call('GET', at('/sends'));
    await call('GET', at('/providers'));
  }, 1_500_000);

  it('in wrong places are refused without a word of them', async () => {
    const stray = apnsToken('a stray token');
    const wrong: [method: string, path: string, body?: unknown, options?: CallOptions][] = [
      ['GET', at(`/installations/${stray}`)],
      ['GET', at(`/users/${stray}`)],
      ['GET', at(`/sends/${stray}`)],
      ['POST', at(`/campaigns/${stray}/launch`)],
      ['GET', `/v1/apps/${stray}`],
      ['GET', `/v1/apps/x${stray.slice(0, 60)}/sends`, undefined, { key: ADMIN_KEY }],
      ['GET', `/v1/schemas/${stray}`],
      ['DELETE', at(`/keys/${stray}`), undefined, { key: ADMIN_KEY }],
      ['POST', at(`/dead-letters/${stray}/replay`)],
      ['GET', `/v1/nothing/${stray}`],
      ['GET', at(`/sends?cursor=${stray}&state=${stray}`)],
      ['PUT', at('/installations/x'), { platform: 'ios', provider: 'apns', token: { value: stray } }],
      ['PUT', at('/installations/x'), { platform: stray, provider: stray, tags: [`${stray} ${stray}`] }],
      ['PUT', at('/installations/x'), { platform: 'ios', provider: 'apns', deviceToken: stray }],
      ['PUT', at('/installations/x'), { platform: 'web', provider: 'webpush', token: stray }],
      ['PUT', at('/installations/x'), `{"platform":"ios","token":"${stray}"`, { raw: true }],
      ['PUT', at('/installations/x'), `token=${stray}`, { raw: true, headers: { 'content-type': 'application/x-www-form-urlencoded' } }],
      [
        'PATCH',
        at('/installations/phone-1'),
        [{ op: 'test', path: '/model', value: stray }],
        { headers: { 'content-type': 'application/json-patch+json' } },
      ],
      ['POST', at('/tokens/lookup'), { provider: 'fcm', token: `${stray} ${stray}` }],
      ['POST', at('/sends'), { to: { provider: 'webpush', tokens: [stray] }, message }],
      ['POST', at('/sends'), { to: { tokens: [stray] }, message }],
      ['POST', at('/sends'), { to: { tags: `${stray} ${stray}` }, message }],
      ['POST', at('/sends'), { to: { everyone: true }, message: { title: `{{ "${stray}" | nofilter }}` } }],
      ['GET', at('/sends'), undefined, { key: stray }],
      ['GET', at('/sends'), undefined, { key: `${shop.key}x` }],
      ['GET', at('/sends'), undefined, { headers: { authorization: `Basic ${Buffer.from(`x:${shop.key}`).toString('base64')}` } }],
      [
        'PUT',
        at('/installations/sdk-phone'),
        {},
        { key: sdkKey, headers: { 'x-installation-secret': stray, 'x-user-token': `${userJwt}x` } },
      ],
      [
        'PUT',
        at('/installations/new'),
        { platform: 'ios', provider: 'apns', externalId: 'kim' },
        { key: sdkKey, headers: { 'x-user-token': userJwt.slice(0, -9) } },
      ],
      [
        'PUT',
        at('/installations/new'),
        { platform: 'ios', provider: 'apns', externalId: 'mallory' },
        { key: sdkKey, headers: { 'x-user-token': userJwt } },
      ],
    ];

    for (const [method, path, body, options] of wrong) expect((await call(method, path, body, options)).status).toBeGreaterThanOrEqual(400);
  });

  it('in events are refused, in every mode', async () => {
    const stray = apnsToken('a token in an event');
    const event = (id: string, data: unknown) => ({ specversion: '1.0', id, source: '/shop', type: 'send.requested.v1', data });
    const named = { app: 'shop', to: { provider: 'apns', tokens: [stray] }, message };
    const bad = [
      event('tokens', named),
      event('odd', { app: 'shop', to: { users: ['kim'], token: stray }, message }),
      event('unknown', { app: 'shop', to: { users: ['kim'] }, message, token: stray }),
      event('other', { app: stray, to: { users: ['kim'] }, message }),
      { specversion: '1.0', id: 'type', source: '/shop', type: stray, data: {} },
      { id: 'half', token: stray },
    ];
    const post = (body: unknown, type: string, more: CallOptions = {}) =>
      call<{ status: string }[]>('POST', '/v1/events', body, { ...more, headers: { 'content-type': type, ...more.headers } });

    const { body: verdicts } = await post(bad, 'application/cloudevents-batch+json');
    expect(verdicts.map(({ status }) => status)).toEqual(bad.map(() => 'rejected'));
    const headers = { 'ce-id': 'binary', 'ce-source': '/shop', 'ce-type': 'send.requested.v1', 'ce-specversion': '1.0' };
    expect((await post(named, 'application/json', { headers })).body).toMatchObject([{ status: 'rejected' }]);
    await post(`{"id":"${stray}`, 'application/cloudevents+json', { raw: true });
    const tooMany = Array.from({ length: 61 }, (_, n) => `tag-${n}`); // what only identity can tell, after the event was taken
    await post(
      [{ ...event('dead', { app: 'shop', externalId: 'kim', tags: tooMany }), type: 'user.updated.v1' }],
      'application/cloudevents-batch+json',
    );
    await until(
      async () => (await shop.call<{ items: unknown[] }>('GET', '/dead-letters')).body.items,
      (items) => items.length > 0,
    );
    await call('GET', at('/dead-letters'));
    await call('GET', '/v1/dead-letters', undefined, { key: ADMIN_KEY });
  });

  it('are found nowhere that the platform writes', async () => {
    for (const page of ['/', '/page.js', '/page.css', '/docs', '/v1/openapi.json', '/metrics', '/readyz']) {
      evidence.add(`the page ${page}`, JSON.stringify((await platform.call<string>('GET', page)).body));
    }
    await call('GET', '/v1/system', undefined, { key: ADMIN_KEY });
    await pause(1_000); // what is written beside the requests: sweeps, provider states
    const data = join(platform.folder, 'data');
    expect(modeOf(data)).toBe('700');
    expect(filesBelow(data).filter(({ mode }) => mode !== '600')).toEqual([]);

    await platform.stop();
    evidence.addDatabase(join(data, 'carillon.db'));
    expect(platform.output.length).toBeLessThan(2_000); // beyond that, lines are forgotten
    for (const line of platform.output) evidence.add('the log', line);
    for (const { name, facts, resource } of collector.spans) evidence.add('a span', JSON.stringify([name, facts, resource]));
    const files = filesBelow(data);
    for (const { path, content } of files) evidence.add(`a file`, path.endsWith('.db') || path.includes('-wal') ? '' : content);

    for (const place of [
      'the log',
      'a span',
      'log_records.value',
      'dead_letters.original',
      'attempts.',
      'results.',
      'credentials.document',
      'token_ledger.',
    ])
      expect([place, evidence.has(place)]).toEqual([place, true]);
    expect(tokens.filter((one) => files.some(({ content }) => one.in(content) !== undefined)).length).toBeGreaterThan(5);
    expect(new Set(collector.spans.map(({ name }) => name)).size).toBeGreaterThan(20); // calls of every kind, events, batches, purges
    expect(collector.spans.filter(({ facts }) => JSON.stringify(facts).includes(message.title))).toEqual([]);
    expect(evidence.findings(secrets, tokens)).toEqual([]);
    // The bytes of the database, its free pages included, hold tokens, and nothing else of what is secret.
    const bytes = new Evidence();
    for (const { path, content } of files) bytes.add(path, content);
    expect(bytes.findings(secrets, [])).toEqual([]);
  });

  function webPushToken(): object {
    const auth = token('the auth secret of Web Push', base64url(16));
    const endpoint = token('an endpoint of Web Push', `https://fcm.googleapis.com/fcm/send/${base64url(60)}`);
    const ecdh = createECDH('prime256v1');
    return { endpoint, keys: { p256dh: ecdh.generateKeys('base64url'), auth } };
  }
});
