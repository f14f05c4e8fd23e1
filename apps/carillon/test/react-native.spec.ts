import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Platform, until } from './support/platform.ts';
import { Shop } from './support/shop.ts';
import { userTokens } from './support/user-tokens.ts';

const minutes = 60_000;
const file = 'libs/react-native/dist/index';

interface Sdk {
  init(settings: object): {
    readonly started: Promise<void>;
    requestPermission(): Promise<string>;
    changeUser(externalId: string): Promise<object>;
    stop(): void;
  };
}

type Push = (event: { kind: string; payload: object }) => void;

/** What a native module would say of an Android phone, with what it keeps. */
function aPhone() {
  const kept = new Map<string, string>();
  const pushes: Push[] = [];
  let permission = 'not_asked';
  const token = `${randomBytes(16).toString('base64url')}:APA91b${randomBytes(100).toString('base64url')}`;
  const answer = <T>(value: T) => Promise.resolve(value);
  const bridge = {
    facts: () => answer({ platform: 'android', provider: 'fcm', locale: 'de-AT', timeZone: 'Europe/Vienna', model: 'Pixel 9' }),
    permission: () => answer(permission),
    requestPermission: () => answer((permission = 'granted')),
    token: () => answer(token),
    newId: () => answer(crypto.randomUUID()),
    read: (name: string) => answer(kept.get(name) ?? null),
    write: (name: string, value: string) => answer(void kept.set(name, value)),
    onToken: () => () => undefined,
    onPush: (listener: Push) => {
      pushes.push(listener);
      return () => void pushes.splice(0);
    },
  };
  return { bridge, push: (event: Parameters<Push>[0]) => { for (const push of pushes) push(event); } }; // prettier-ignore
}

describe('@carillon/react-native, as it is published, against the platform', () => {
  let platform: Platform;
  let shop: Shop;
  const { publicKey, tokenOf } = userTokens('shop');
  let key: string;

  beforeAll(async () => {
    platform = await Platform.start({ CARILLON_DEMO: 'false' });
    shop = await Shop.open(platform, 'shop');
    await platform.call('PATCH', '/v1/apps/shop', { sdkKeys: [{ kid: 'test', publicKey }] });
    key = (await platform.call<{ key: string }>('POST', '/v1/apps/shop/keys', { kind: 'sdk' })).body.key;
  }, 5 * minutes);

  afterAll(() => platform.end());

  it.each(['js', 'cjs'])(
    'registers, rings for who logged in last, and reports what became of a message: .%s',
    async (ending) => {
      const path = `${file}.${ending}`;
      const { init } = (
        ending === 'js' ? await import(pathToFileURL(path).href) : createRequire(import.meta.url)(`../../../${path}`)
      ) as Sdk;
      const { bridge, push } = aPhone();
      const [charlie, kim] = [`charlie-${ending}`, `kim-${ending}`];
      const carillon = init({ url: platform.url, app: 'shop', key, bridge, userToken: (user: string) => Promise.resolve(tokenOf(user)) });
      await carillon.started;

      expect(await carillon.requestPermission()).toBe('granted');
      for (const user of [charlie, kim]) await carillon.changeUser(user);
      const { body: toCharlie } = await shop.send({ to: { users: [charlie] }, message: { title: 'Charlie?' } });
      const { body: toKim } = await shop.send({ to: { users: [kim] }, message: { title: 'Kim?' } });

      expect([toCharlie.counts.targeted, toKim.counts.accepted]).toEqual([0, 1]);
      const { body: rung } = await platform.simulator<{ receipt: string }[]>('GET', `/ledger?provider=fcm&send=${toKim.sendId}`);
      const payload = { carillon: JSON.stringify({ v: 1, send: toKim.sendId, receipt: rung[0]?.receipt }) };
      for (const kind of ['received', 'displayed', 'opened']) push({ kind, payload });
      const seen = () => shop.call<{ receipts?: object }>('GET', `/sends/${toKim.sendId}`);
      const { body } = await until(seen, ({ body: { receipts } }) => JSON.stringify(receipts ?? {}).includes('"opened":1'), minutes);
      expect(body.receipts).toMatchObject({ received: 1, displayed: 1, opened: 1 });
      carillon.stop();
    },
    5 * minutes,
  );
});
