import { RegistrationHttp, iphone, pointersOf } from './registration-http.ts';

const impossible = [
  '2026-02-30T00:00:00Z',
  '2026-01-01T24:61:00Z',
  '0000-01-01T00:00:00Z',
  '300000-01-01T00:00:00Z',
  '2026-01-01',
  'tomorrow',
];

describe('a date that no calendar has', () => {
  let app: RegistrationHttp;
  beforeAll(async () => {
    app = await RegistrationHttp.start();
  });
  afterAll(() => app.close());

  it.each(impossible)('%s is 400 wherever registration reads one', async (expiresAt) => {
    const admin = { key: app.http.keys.admin };
    await app.put('phone', iphone);
    const answers = [
      await app.put('phone', { expiresAt }),
      await app.call('PATCH', 'installations/phone', { body: { expiresAt } }),
      await app.call('POST', 'keys', { ...admin, body: { kind: 'server', expiresAt } }),
      await app.call('PUT', 'credentials/fcm', { ...admin, body: { serviceAccount: {}, expiresAt } }),
    ];

    for (const answer of answers) {
      expect(answer.status).toBe(400);
      expect(pointersOf(answer)).toContain('/expiresAt');
    }
  });

  it('one that it has is kept to the millisecond, whatever its offset', async () => {
    const { body } = await app.put('phone', { ...iphone, expiresAt: '2028-02-29T23:30:00.5-01:30' });

    expect(body['expiresAt']).toBe('2028-03-01T01:00:00.500Z');
  });
});
