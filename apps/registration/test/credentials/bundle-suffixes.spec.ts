import { startHttp, type TestHttp } from '#libs/testing/http';
import { CredentialsModule } from '../../src/credentials/credentials.module.ts';

let http: TestHttp;

beforeAll(async () => {
  http = await startHttp({ imports: [CredentialsModule] });
  await http.keys.app('shop');
});

afterAll(() => http.close());

const put = (bundleId: string) =>
  http.call('PUT', '/v1/apps/shop/credentials/apns', {
    key: http.keys.admin,
    body: { simulated: true, bundleIds: ['com.shop', bundleId] },
  });

describe('a bundle id of a credential', () => {
  it.each([
    'com.shop.voip',
    'com.shop.VoIP',
    'com.shop.complication',
    'com.shop.pushkit.fileprovider',
    'com.shop.location-query',
    'com.shop.push-type.liveactivity',
    'com.shop.push-type.widgets',
    'com.voip',
  ])('is no topic of another push type: %s', async (bundleId) => {
    const { status, body } = await put(bundleId);

    expect({ status, body }).toMatchObject({ status: 400, body: { code: 'request_invalid', errors: [{ pointer: '/bundleIds/1' }] } });
  });

  it.each(['com.shop.voip.app', 'com.complication.shop', 'com.shop.push-type'])('may hold such a word elsewhere: %s', async (bundleId) => {
    expect((await put(bundleId)).status).toBe(200);
  });
});
