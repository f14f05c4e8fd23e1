import { createECDH } from 'node:crypto';
import { RegistrationHttp } from '../registration-http.ts';

let app: RegistrationHttp;
afterEach(() => app.close());

const read = (headers: Readonly<Record<string, string>> = {}) => app.call('GET', 'sdk-config', { key: app.sdk, headers });

describe('GET …/sdk-config', () => {
  it('says to an sdk key what the app is set to, for an hour', async () => {
    app = await RegistrationHttp.start({
      settings: { sdkWritable: ['user.tags:news_*', 'installation.attributes'], maxTags: 7 } as never,
      sdkAuth: 'optional',
    });

    const { status, headers, body } = await read();

    expect(status).toBe(200);
    expect(headers).toMatchObject({ 'cache-control': 'max-age=3600' });
    expect(body).toEqual({
      webPush: null,
      sdkAuth: 'optional',
      serverTime: new Date(app.http.clock.now()).toISOString(),
      receipts: { sample: 1 },
      limits: { tags: 7, events: 100, eventAgeSeconds: 30 * 86_400 },
      features: {
        installationTags: false,
        installationAttributes: true,
        userTags: true,
        userAttributes: false,
        userSubscription: false,
      },
    });
    expect((await app.call('GET', 'installations/none')).headers['cache-control']).toBe('no-store');
  });

  it('has a tag that changes with what it says and not with the time, and names the key of Web Push', async () => {
    app = await RegistrationHttp.start();
    const pair = createECDH('prime256v1');
    const publicKey = pair.generateKeys('base64url');
    const before = await read();
    app.http.clock.advance(60_000);
    const later = await read({ 'if-none-match': String(before.headers['etag']) });
    const put = await app.call('PUT', 'credentials/webpush', {
      body: { publicKey, privateKey: pair.getPrivateKey('base64url'), subject: 'mailto:push@example.com' },
      key: app.http.keys.admin,
    });

    const after = await read({ 'if-none-match': String(before.headers['etag']) });

    expect([later.status, later.headers['cache-control'], put.status]).toEqual([304, 'max-age=3600', 200]);
    expect(after).toMatchObject({
      status: 200,
      body: { webPush: { publicKey, keyId: expect.stringMatching(/^[0-9a-f]{16}$/) as string } },
    });
    expect(after.text).not.toContain(pair.getPrivateKey('base64url'));
  });
});
