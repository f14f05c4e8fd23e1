import { RegistrationHttp, apnsToken, iphone, pointersOf } from './registration-http.ts';

/** A field, what an app sent in it, and what must not come of it. */
const oddFields: readonly [string, unknown][] = [
  ['timeZone', 'Asia/Hanoi'],
  ['timeZone', 'GMT+03:00'],
  ['locale', 'not a locale'],
  ['locale', 42],
  ['language', 'FRENCH!'],
  ['country', 'Germany'],
  ['model', 'x'.repeat(300)],
  ['manufacturer', ''],
  ['carrier', 'a\u0000b'],
  ['appVersion', 4.2],
  ['sdkVersion', ['1']],
  ['osVersion', 'v'.repeat(65)],
  ['screenSize', { width: 1 }],
  ['location', { lat: 200, lon: 1 }],
  ['location', { lat: 20, lon: 1, accuracyMetres: -1 }],
  ['location', 'here'],
  ['mutedChannels', 'all'],
  ['expiresAt', '2026-02-30T00:00:00Z'],
  ['tags', 'vip'],
  ['tags', ['not ok']],
  ['attributes', { plan: { nested: true } }],
  ['notificationsEnabled', 'yes'],
  ['notificationsEnabled', 1],
];
const sessionFields = new Set(oddFields.map(([field]) => field));
for (const field of ['mutedChannels', 'expiresAt', 'tags', 'attributes']) sessionFields.delete(field);

describe('an odd field of a device', () => {
  let app: RegistrationHttp;
  beforeAll(async () => {
    app = await RegistrationHttp.start();
  });
  afterAll(() => app.close());

  it.each(oddFields)('%s %j does not cost an SDK its registration: it is left out and named', async (field, value) => {
    const id = `phone-${oddFields.findIndex(([name, odd]) => name === field && odd === value)}`;
    const token = apnsToken(oddFields.findIndex(([name, odd]) => name === field && odd === value) + 1);
    const body = { ...iphone, token, sdkVersion: '1.0', [field]: value };

    const put = await app.put(id, body, { key: app.sdk });

    expect(put).toMatchObject({ status: 201, body: { ignoredFields: [field], tokenFingerprint: expect.any(String) as string } });
    const own = { key: app.sdk, headers: { 'x-installation-secret': String(put.body['installationSecret']) } };
    const patched = await app.call('PATCH', `installations/${id}`, { body: { [field]: value, permission: 'denied' }, ...own });
    expect(patched).toMatchObject({ status: 200, body: { ignoredFields: [field], permission: 'denied' } });
    const jsonPatch = [
      { op: 'add', path: `/${field}`, value },
      { op: 'add', path: '/permission', value: 'granted' },
    ];
    const headers = { ...own.headers, 'content-type': 'application/json-patch+json' };
    const byJson = await app.call('PATCH', `installations/${id}`, { body: jsonPatch, key: app.sdk, headers });
    expect(byJson).toMatchObject({ status: 200, body: { ignoredFields: [field], permission: 'granted' } });
    if (sessionFields.has(field)) {
      const session = await app.call('POST', `installations/${id}/sessions`, { body: { [field]: value, permission: 'denied' }, ...own });
      expect(session).toMatchObject({ status: 200, body: { ignoredFields: [field], permission: 'denied' } });
    }
  });

  it.each(oddFields)('%s %j is 400 for a server key, as ever', async (field, value) => {
    const answer = await app.put('server-phone', { ...iphone, [field]: value });

    expect(answer.status).toBe(400);
    expect(pointersOf(answer).every((pointer) => pointer.startsWith(`/${field}`))).toBe(true);
    expect((await app.call('PATCH', 'installations/phone-0', { body: { [field]: value } })).status).toBe(400);
  });

  it.each([
    ['platform', 'fridge'],
    ['provider', 'pigeon'],
    ['environment', 'staging'],
    ['bundleId', 'app.demo.voip'],
    ['token', 'null'],
    ['externalId', 7],
    ['externalId', 'null'],
  ])('%s decides where a push goes or whom it is for: %j is 400 for an SDK too', async (field, value) => {
    const answer = await app.put('no-phone', { ...iphone, model: 'x'.repeat(300), [field]: value }, { key: app.sdk });

    expect(answer.status).toBe(400);
    expect(pointersOf(answer)).toEqual([`/${field}`]);
  });

  it.each(['maybe', 'AUTHORIZED', 3, true, {}])('permission %j is left out: what is known of it stays', async (permission) => {
    const id = `asked-${JSON.stringify(permission)}`;
    const token = `dF3_x:APA91b-Q0kZ7wq8sT1uVnM3xYp${Buffer.from(id).toString('hex')}`;
    const phone = { platform: 'android', provider: 'fcm', token };

    const put = await app.put(id, { ...phone, permission }, { key: app.sdk });

    expect(put).toMatchObject({
      status: 201,
      body: { ignoredFields: ['permission'], permission: 'not_asked', notificationsEnabled: false },
    });
    const own = { key: app.sdk, headers: { 'x-installation-secret': String(put.body['installationSecret']) } };
    await app.put(id, { ...phone, permission: 'granted' }, own);
    expect(await app.put(id, { ...phone, permission }, own)).toMatchObject({
      status: 200,
      body: { ignoredFields: ['permission'], permission: 'granted', notificationsEnabled: true },
    });
    expect(await app.call('POST', `installations/${id}/sessions`, { body: { permission }, ...own })).toMatchObject({
      status: 200,
      body: { ignoredFields: ['permission'], permission: 'granted' },
    });
  });

  it.each([
    ['environment', 'staging'],
    ['environment', 7],
    ['bundleId', ''],
    ['bundleId', 'x'.repeat(300)],
  ])('%s %j is left out where the token needs none', async (field, value) => {
    const token = `dF3_x:APA91b-Q0kZ7wq8sT1uVnM3xYp${Buffer.from(`${field}${String(value)}`)
      .toString('hex')
      .slice(0, 60)}`;
    const phone = { platform: 'android', provider: 'fcm', token };

    const put = await app.put(`android-${field}-${String(value).length}`, { ...phone, [field]: value }, { key: app.sdk });

    expect(put).toMatchObject({ status: 201, body: { ignoredFields: [field], tokenFingerprint: expect.any(String) as string } });
    expect((await app.put('server-android', { ...phone, [field]: value })).status).toBe(400);
  });

  it('several are named at once, beside those that this server does not know; what was stored stays', async () => {
    const secret = await app.putBySdk('kept', { ...iphone, model: 'iPhone18,1', timeZone: 'Europe/Paris', appVersion: '1' });
    const own = { key: app.sdk, headers: { 'x-installation-secret': secret } };

    const { body } = await app.put('kept', { model: 'x'.repeat(300), timeZone: 'Asia/Hanoi', hologram: true, appVersion: '2' }, own);

    expect((body['ignoredFields'] as string[]).toSorted()).toEqual(['hologram', 'model', 'timeZone']);
    expect(body).toMatchObject({ model: 'iPhone18,1', timeZone: 'Europe/Paris', appVersion: '2' });
  });

  it('that was stored under older rules does not stop a patch of another one', async () => {
    await app.put('old', { ...iphone, token: apnsToken(900) });
    app.http.store
      .sql("UPDATE installations SET details = json_set(details, '$.timeZone', 'GMT+03:00'), bundle_id = 'app.demo.voip' WHERE id = 'old'")
      .run();

    expect(await app.call('PATCH', 'installations/old', { body: { appVersion: '7' } })).toMatchObject({
      status: 200,
      body: { appVersion: '7', timeZone: 'GMT+03:00' },
    });
  });
});

describe('tags and attributes that the app keeps for its servers', () => {
  let app: RegistrationHttp;
  afterEach(() => app.close());

  it('a new app opens no tag to its public key: the start of the app names them, every other call is refused', async () => {
    app = await RegistrationHttp.start();

    const put = await app.put(
      'phone-1',
      { ...iphone, token: apnsToken(1), tags: ['vip', 'staff'], attributes: { plan: 'x' } },
      { key: app.sdk },
    );

    expect(put).toMatchObject({ status: 201, body: { tags: [], attributes: { plan: 'x' }, ignoredFields: ['tags'] } });
    const own = { key: app.sdk, headers: { 'x-installation-secret': String(put.body['installationSecret']) } };
    const refused = [
      await app.call('PATCH', 'installations/phone-1', { body: { tags: ['vip'] }, ...own }),
      await app.call('POST', 'installations/phone-1/tags', { body: { add: ['vip'] }, ...own }),
    ];
    for (const answer of refused) expect(answer.body).toMatchObject({ status: 403, code: 'tag_not_writable' });
    expect((await app.get('phone-1')).body['tags']).toEqual([]);
  });

  it('what the app has opened is written, the rest is named one by one', async () => {
    app = await RegistrationHttp.start({
      settings: { sdkWritable: ['installation.tags:pref_*', 'installation.attributes:theme'], maxTags: 3 } as never,
    });
    await app.put('phone-1', { ...iphone, token: apnsToken(1), tags: ['vip'], attributes: { plan: 'gold' } });
    const body = { token: apnsToken(1), tags: ['vip', 'staff', 'pref_a'], attributes: { theme: 'dark', plan: 'platinum' } };

    const put = await app.put('phone-1', body, { key: app.sdk });

    expect(put.body['ignoredFields']).toEqual(['tags/1', 'attributes/plan']);
    expect((put.body['tags'] as string[]).toSorted()).toEqual(['pref_a', 'vip']);
    expect(put.body['attributes']).toEqual({ theme: 'dark', plan: 'gold' });
    const own = { key: app.sdk, headers: { 'x-installation-secret': String(put.body['installationSecret']) } };
    const tooMany = await app.put('phone-1', { tags: ['pref_a', 'pref_b', 'pref_c'] }, own);
    expect(tooMany).toMatchObject({ status: 200, body: { ignoredFields: ['tags'] } });
    expect((tooMany.body['tags'] as string[]).toSorted()).toEqual(['pref_a', 'vip']);
  });
});

describe('the topic of another push type', () => {
  let app: RegistrationHttp;
  beforeAll(async () => {
    app = await RegistrationHttp.start();
  });
  afterAll(() => app.close());

  it.each([
    'voip',
    'complication',
    'push-type.liveactivity',
    'push-type.widgets',
    'location-query',
    'pushkit.fileprovider',
    'voip-ptt',
    'VoIP',
    'mdm',
  ])('app.demo.%s is no bundle id of an iPhone', async (suffix) => {
    const bundleId = `app.demo.${suffix}`;
    await app.put('phone', { ...iphone, bundleId: 'app.demo' });
    const answers = [
      await app.put('a', { ...iphone, bundleId }),
      await app.put('b', { ...iphone, bundleId }, { key: app.sdk }),
      await app.put('phone', { bundleId }),
      await app.call('PATCH', 'installations/phone', { body: { bundleId } }),
    ];

    for (const answer of answers) expect([answer.status, pointersOf(answer)]).toEqual([400, ['/bundleId']]);
  });

  it('may be the package name of an Android app, and a name that only holds such a word is one', async () => {
    const android = { platform: 'android', provider: 'fcm', bundleId: 'com.example.voip' };

    expect((await app.put('android', android)).status).toBe(201);
    expect((await app.put('iphone', { ...iphone, bundleId: 'com.voip.example' })).status).toBe(201);
  });
});

describe('the locale of a device', () => {
  let app: RegistrationHttp;
  beforeAll(async () => {
    app = await RegistrationHttp.start();
  });
  afterAll(() => app.close());

  it.each([
    ['pt_BR', 'pt-BR', 'pt'],
    ['en_US', 'en-US', 'en'],
    ['iw-IL', 'he-IL', 'he'],
    ['in_ID', 'id-ID', 'id'],
    ['ji', 'yi', 'yi'],
    ['PT-br', 'pt-BR', 'pt'],
    ['zh_TW_#Hant', 'zh-Hant-TW', 'zh'],
  ])('%s is stored and shown as %s, its language as %s, whoever says it and in which call', async (said, locale, language) => {
    const put = await app.put(`sdk-${said}`, { ...iphone, locale: said }, { key: app.sdk });
    const own = { key: app.sdk, headers: { 'x-installation-secret': String(put.body['installationSecret']) } };
    const path = `installations/${encodeURIComponent(`sdk-${said}`)}`;
    const clear = () => app.put(`sdk-${said}`, { locale: 'fr' });

    const answers = [put, await app.put(`server-${said}`, { ...iphone, locale: said })];
    await clear();
    answers.push(await app.call('PATCH', path, { body: { locale: said }, ...own }));
    await clear();
    answers.push(await app.call('POST', `${path}/sessions`, { body: { locale: said }, ...own }), await app.get(`sdk-${said}`));

    for (const { body } of answers) expect(body).toMatchObject({ locale, language });
    const stored = app.http.store.sql('SELECT locale, language FROM installations WHERE id = ?').get(`sdk-${said}`);
    expect({ ...stored }).toEqual({ locale, language });
  });

  it('that an older version stored is shown in its canonical form, and again makes no change', async () => {
    await app.put('old', { ...iphone, locale: 'he-IL' });
    app.http.store.sql("UPDATE installations SET locale = 'iw-IL', language = 'iw' WHERE id = 'old'").run();

    const { body } = await app.get('old');

    expect(body).toMatchObject({ locale: 'he-IL', language: 'he' });
    const again = await app.call('PATCH', 'installations/old', { body: { locale: 'iw_IL' } });
    expect(again.body).toMatchObject({ locale: 'he-IL' });
  });
});
