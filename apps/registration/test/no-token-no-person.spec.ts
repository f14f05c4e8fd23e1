import { RegistrationHttp, apnsToken, iphone, pointersOf } from './registration-http.ts';

describe('placeholders of an app that has nothing to say', () => {
  let registration: RegistrationHttp;
  beforeAll(async () => {
    registration = await RegistrationHttp.start({ sdkAuth: 'optional' });
  });
  afterAll(() => registration.close());

  it.each([
    'null',
    '(null)',
    'BLACKLISTED',
    'SERVICE_NOT_AVAILABLE',
    `${'d'.repeat(150)}\u0000`,
    'x'.repeat(20),
    'x'.repeat(40),
    '0'.repeat(150),
    'null'.repeat(10),
    '{"token":"dF3_x:APA91b-Q0kZ7wq8sT1uVnM3xYp"}',
  ])('the token %j of FCM is refused at every call that takes one, and no phone takes it from another', async (token) => {
    const android = { platform: 'android', provider: 'fcm', token };
    await registration.putBySdk('stored', { ...android, token: `kept:APA91b${'f'.repeat(150)}` });
    const calls = [
      registration.put('phone', android, { key: registration.sdk }),
      registration.put('phone', android),
      registration.put('stored', { token }),
      registration.call('POST', 'installations/stored/sessions', { body: { token } }),
      registration.call('PATCH', 'installations/stored', { body: { token } }),
      registration.call('POST', 'tokens/lookup', { body: { provider: 'fcm', token } }),
    ];

    for (const answer of await Promise.all(calls)) {
      expect(answer.status).toBe(400);
      expect(pointersOf(answer)).toEqual(['/token']);
    }
  });

  const odd = [null, 5, true, [], ['abcd'], {}, '', 'a'];
  it.each(['endpoint', 'keys', 'p256dh', 'auth', 'applicationServerKey'].flatMap((part) => odd.map((value) => [part, value] as const)))(
    'a subscription of Web Push whose %s is %j is refused at every call that takes one',
    async (part, value) => {
      const keys = { p256dh: 'a', auth: 'b', ...((part === 'p256dh' || part === 'auth') && { [part]: value }) };
      const token = {
        endpoint: 'https://fcm.googleapis.com/fcm/send/a',
        keys,
        ...(part !== 'p256dh' && part !== 'auth' && { [part]: value }),
      };
      const web = { platform: 'web', provider: 'webpush', token };
      const calls = [
        registration.put('page', web, { key: registration.sdk }),
        registration.put('page', web),
        registration.call('POST', 'tokens/lookup', { body: { provider: 'webpush', token } }),
      ];

      for (const answer of await Promise.all(calls)) {
        expect(answer.status).toBe(400);
        expect(pointersOf(answer).every((pointer) => pointer.startsWith('/token'))).toBe(true);
      }
    },
  );

  it.each(['null', 'undefined', '(null)', 'None', ' ', '\u200b'])('the external id %j is nobody’s (R30)', async (externalId) => {
    for (const key of [registration.server, registration.sdk]) {
      const answer = await registration.put('a-phone', { ...iphone, externalId }, { key });

      expect(answer).toMatchObject({ status: 400, body: { code: 'external_id_reserved' } });
      expect(pointersOf(answer)).toEqual(['/externalId']);
    }
  });

  it.each(['null', 'undefined', '(null)', '[object Object]', ' ', '00000000-0000-0000-0000-000000000000'])(
    'the id %j is no installation’s and no Live Activity’s: all phones that sent it would be one',
    async (id) => {
      const path = encodeURIComponent(id);
      await registration.put('a-phone', { ...iphone, token: apnsToken(7) });
      const calls = [
        registration.put(id, { ...iphone, token: apnsToken(8) }),
        registration.put(id, { ...iphone, token: apnsToken(8) }, { key: registration.sdk }),
        registration.call('PUT', `installations/a-phone/live-activities/${path}`, { body: { token: apnsToken(9) } }),
      ];

      const answers = await Promise.all(calls);

      expect(answers.map(({ status }) => status)).toEqual([400, 400, 400]);
      expect(answers.map(pointersOf)).toEqual([['/id'], ['/id'], ['/activityId']]);
      expect((await registration.get(id)).status).toBe(404);
    },
  );

  it('all problems are named at once, the code being the one that callers handle', async () => {
    const answer = await registration.put('a-phone', { ...iphone, platform: 'fridge', token: 'null', externalId: 'undefined' });

    expect(answer).toMatchObject({ status: 400, body: { code: 'external_id_reserved' } });
    expect(pointersOf(answer)).toEqual(['/externalId', '/platform', '/token']);
  });

  it('null itself is no placeholder: it detaches the user', async () => {
    await registration.put('b-phone', { ...iphone, token: apnsToken(1), externalId: 'charlie' });

    expect(await registration.put('b-phone', { externalId: null })).toMatchObject({ status: 200, body: { externalId: null } });
  });
});
