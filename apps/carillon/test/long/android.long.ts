import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { Platform, until } from '../support/platform.ts';
import { Shop } from '../support/shop.ts';
import { userTokens } from '../support/user-tokens.ts';

const minutes = 60_000;

/** The tests of the Android library, of which one wants a running platform; the end of the process and what it said. */
async function androidTests(platform: object) {
  const child = spawn(process.execPath, ['--enable-source-maps', 'dist/scripts/android.js', `-Dcarillon.platform=${JSON.stringify(platform)}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  }); // prettier-ignore
  const output = await Promise.all([text(child.stdout), once(child, 'close')]).then(([said]) => said);
  return { output, isGood: child.exitCode === 0 };
}

describe('the Android library', () => {
  let platform: Platform;
  let shop: Shop;

  beforeAll(async () => {
    platform = await Platform.start({ CARILLON_DEMO: 'false' });
    shop = await Shop.open(platform, 'shop');
  }, 5 * minutes);

  afterAll(() => platform.end());

  it(
    'passes its tests, registers at a platform, rings for Kim after Charlie, and reports what became of the message; without Maven it is left out',
    async () => {
      const { publicKey, tokenOf } = userTokens('shop');
      await platform.call('PATCH', '/v1/apps/shop', { sdkKeys: [{ kid: 'test', publicKey }] });
      const { body: sdk } = await platform.call<{ key: string }>('POST', '/v1/apps/shop/keys', { kind: 'sdk' });
      const jwts = { charlie: tokenOf('charlie'), kim: tokenOf('kim') };
      const token = `${randomBytes(16).toString('base64url')}:APA91b${randomBytes(100).toString('base64url')}`;

      const { output, isGood } = await androidTests({
        ...{ url: platform.url, control: platform.simulatorUrl, app: 'shop', sdkKey: sdk.key, serverKey: shop.key, jwts, token },
      });

      if (output.startsWith('skipped')) {
        process.stderr.write(output);
        return;
      }
      expect(isGood ? '' : output).toBe('');
      expect(output).toMatch(/^passed {2}android: \d+ tests$/m);
      const { sendId } = JSON.parse(readFileSync('android/target/running-platform.json', 'utf8')) as { sendId: string };
      const seen = () => shop.call<{ receipts?: object }>('GET', `/sends/${sendId}`);
      const { body } = await until(seen, ({ body: { receipts } }) => JSON.stringify(receipts ?? {}).includes('"opened":1'), minutes);
      expect(body.receipts).toMatchObject({ received: 1, displayed: 1, opened: 1 });
    },
    30 * minutes,
  );
});
