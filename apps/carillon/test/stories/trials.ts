import { BUILT_PROVIDERS } from '#libs/kernel';
import type { RunningPlatform } from '../support/platform.ts';
import { Shop } from '../support/shop.ts';

const minutes = 60_000;
/** What phones of a provider are, where it has none with the usual platforms. */
const platforms = ['android', 'ios', 'windows', 'web', 'kindle'];

interface Device {
  readonly installation: string;
  readonly token: string;
}

interface Tested {
  readonly results: readonly {
    readonly installation: string;
    readonly provider: string | null;
    readonly outcome: string;
    readonly reason: string | null;
    readonly providerStatus: number | null;
    readonly providerBody: string | null;
    readonly request: { readonly headers: Record<string, string>; readonly body: unknown } | null;
  }[];
  readonly code?: string;
  readonly errors?: readonly { readonly pointer: string; readonly message: string }[];
}

/** Every text in a token: of Web Push's also its endpoint and keys. */
function secretsIn(token: string): string[] {
  if (!token.startsWith('{')) return [token];
  const { endpoint, keys } = JSON.parse(token) as { endpoint: string; keys: Record<string, string> };
  return [endpoint, ...Object.values(keys)];
}

/** A message is tried on phones before it goes to anybody else. */
export function trialStories(platform: () => RunningPlatform): void {
  let shop: Shop;

  beforeAll(async () => {
    shop = await Shop.open(platform(), 'trials');
  });

  async function device(provider: string, behaviour = 'ok', facts: object = {}): Promise<Device> {
    for (const name of platforms) {
      const asked = { app: shop.app, platform: name, provider, behaviour, ...facts };
      const { status, body } = await platform().simulator<Device>('POST', '/devices', asked);
      if (status === 201) return body;
    }
    throw new Error(`No simulated phone of ${provider}`);
  }

  const test = (body: object) => shop.call<Tested>('POST', '/sends/test', body);

  it.each(BUILT_PROVIDERS)(
    '%s: a test rings the phone and shows what went out and what came back, and no secret',
    async (provider) => {
      const [live, dead] = [await device(provider), await device(provider, 'invalid')];
      const installations = [live.installation, dead.installation];

      const { status, body } = await test({
        message: { title: 'Is it {{ variables.n }}?', body: 'Bells' },
        variables: { n: 'right' },
        installations,
      });

      expect(status).toBe(200);
      const of = ({ installation }: Device) => body.results.find((result) => result.installation === installation);
      expect(of(live)).toMatchObject({ provider, outcome: 'accepted', reason: null, providerStatus: expect.any(Number) as number });
      expect(decodeURIComponent(JSON.stringify(of(live)?.request?.body)).replaceAll('+', ' ')).toContain('Is it right?');
      expect(of(dead)).toMatchObject({ outcome: 'token_invalid', reason: expect.any(String) as string });
      const text = JSON.stringify(body);
      for (const secret of [...secretsIn(live.token), ...secretsIn(dead.token)]) {
        expect(text).not.toContain(secret);
        expect(text).not.toContain(encodeURIComponent(secret));
      }
      expect(text).not.toMatch(/bearer e|vapid t=|key=ya29/i);
      const { body: inbox } = await platform().simulator<object[]>('GET', `/devices/${live.installation}/inbox?wait=30`);
      expect(inbox).toMatchObject([{ title: 'Is it right?' }]);
    },
    2 * minutes,
  );

  it(
    'leaves no trace: no send, no purge, nothing in the statistics',
    async () => {
      const dead = await device('fcm', 'invalid');
      const before = (await shop.call<{ items: object[] }>('GET', '/sends')).body.items.length;

      const { body } = await test({ message: { title: 'x' }, installations: [dead.installation] });

      expect(body.results).toMatchObject([{ outcome: 'token_invalid', providerStatus: 404 }]);
      expect((await shop.call<{ items: object[] }>('GET', '/sends')).body.items).toHaveLength(before);
      const { body: record } = await shop.call<{ tokenFingerprint?: string }>('GET', `/installations/${dead.installation}`);
      expect(record.tokenFingerprint).toBeTruthy();
      expect(JSON.stringify(body)).toContain(record.tokenFingerprint);
    },
    2 * minutes,
  );

  it(
    'obeys what people said, and tries a variant of a campaign on all phones of a person',
    async () => {
      const [one, other] = [await device('apns', 'ok', { externalId: 'kim' }), await device('fcm', 'ok', { externalId: 'kim' })];
      const muted = await device('apns', 'ok', { externalId: 'mute' });
      await shop.call('PATCH', '/users/mute', { subscription: 'unsubscribed' });
      const variants = [
        { name: 'long', share: 50, message: { title: 'A long one' } },
        { name: 'short', share: 50, message: { title: '{{ variables.word }}' } },
      ];
      expect((await shop.call('PUT', '/campaigns/spring', { to: { tags: 'nobody' }, variants, variables: { word: 'Hm' } })).status).toBe(
        201,
      );

      const tried = await test({ campaign: 'spring', variant: 'short', variables: { word: 'Short' }, users: ['kim', 'mute'] });

      expect(tried.status).toBe(200);
      const byId = new Map(tried.body.results.map((result) => [result.installation, result]));
      expect([...byId.keys()].sort()).toEqual([one, other, muted].map(({ installation }) => installation).sort());
      expect(byId.get(muted.installation)).toMatchObject({
        outcome: 'skipped',
        reason: 'unsubscribed',
        request: null,
        providerStatus: null,
      });
      for (const phone of [one, other]) expect(JSON.stringify(byId.get(phone.installation)?.request?.body)).toContain('Short');
    },
    2 * minutes,
  );

  it('says all that is wrong at once', async () => {
    const { status, body } = await test({
      to: { tags: '&&' },
      message: { title: '{{ nonsense', data: { from: 'x' } },
      options: { dryRun: true, ttl: -1 },
      users: ['nobody-of-this-name'],
      variant: 'x',
    });
    expect(status).toBe(400);
    expect(body.errors?.map(({ pointer }) => pointer)).toEqual(
      expect.arrayContaining(['/to/tags', '/message/title', '/message/data/from', '/options/ttl', '/users/0', '/variant']),
    );
    const others = await Promise.all([
      test({ message: { title: 'x' } }),
      test({ message: { title: 'x' }, users: ['a'], installations: ['b'] }),
      test({ message: { title: 'x' }, users: Array.from({ length: 11 }, (_, n) => `u${n}`) }),
      test({ message: { title: 'x' }, installations: ['no-such-phone'] }),
      test({ campaign: 'no-such-campaign', message: { title: 'x' }, installations: ['no-such-phone'] }),
    ]);
    expect(others.map((answer) => answer.status)).toEqual(Array(5).fill(400));
    expect(others[4].body.errors?.map(({ pointer }) => pointer).sort()).toEqual(['/campaign', '/installations/0', '/message']);
  });

  interface Rule {
    readonly rule: string;
    readonly verdict: string;
    readonly reason: string | null;
  }
  interface Explained {
    readonly goes: boolean;
    readonly installations: readonly { readonly installation: string; readonly reason: string | null; readonly rules: readonly Rule[] }[];
    readonly errors?: readonly { readonly pointer: string }[];
  }

  const whatIf = (body: object) => shop.call<Explained>('POST', '/explain', body);
  const said = ({ installations }: Explained) =>
    installations.flatMap(({ rules }) =>
      rules.filter(({ verdict }) => verdict !== 'passes').map(({ rule, reason }) => `${rule} ${reason}`),
    );

  it(
    'says of a send that is not sent what every rule would say, the message itself among them',
    async () => {
      const phone = await device('fcm', 'ok', { externalId: 'if' });
      const send = { to: { users: ['if'] }, message: { title: 'Hi', data: { long: '{{ variables.long }}' } }, variables: { long: 'x' } };
      const before = (await shop.call<{ items: object[] }>('GET', '/sends')).body.items.length;

      const fine = await whatIf({ user: 'if', send });
      const large = await whatIf({ user: 'if', send: { ...send, variables: { long: 'x'.repeat(5_000) } } });
      const missing = await whatIf({ installation: phone.installation, send: { ...send, variables: {} } });
      const others = await whatIf({ user: 'if', send: { ...send, to: { filter: { tag: 'vip' } }, options: { validateOnly: true } } });
      await shop.call('PATCH', '/users/if', { subscription: 'unsubscribed' });
      await shop.call('PATCH', `/installations/${phone.installation}`, { notificationsEnabled: false });
      const both = await whatIf({ user: 'if', send });

      expect(fine).toMatchObject({ status: 200, body: { goes: true } });
      expect(said(fine.body)).toEqual([]);
      expect(said(large.body)).toEqual(['message payload_too_large']);
      expect(said(missing.body)).toEqual([expect.stringMatching(/^message .*long/)]);
      expect(said(others.body)).toEqual(['audience filter /']);
      expect(both.body.goes).toBe(false);
      expect(said(both.body)).toEqual(['subscription unsubscribed', 'permission not_foreground', 'halt null', 'message null']);
      expect((await shop.call<{ items: object[] }>('GET', '/sends')).body.items).toHaveLength(before);
      const { body: inbox } = await platform().simulator<object[]>('GET', `/devices/${phone.installation}/inbox?wait=0`);
      expect(inbox).toEqual([]);
      const bad = await whatIf({ user: 'if', installation: 'x', send: { to: {}, message: {} } });
      expect(bad.status).toBe(400);
      expect(bad.body.errors?.map(({ pointer }) => pointer)).toEqual(expect.arrayContaining(['', '/send/to']));
      expect((await whatIf({ user: 'nobody-of-this-name', send })).status).toBe(404);
    },
    2 * minutes,
  );

  it(
    'knows a frequency cap that is used up, and uses none of it',
    async () => {
      const capped = await Shop.open(platform(), 'trials-capped');
      const caps = [{ label: '*', max: 1, per: 'P7D', by: 'user' }];
      expect((await platform().call('PUT', '/v1/apps/trials-capped', { settings: { frequencyCaps: caps } })).status).toBe(200);
      await capped.register('phone', { externalId: 'kim' });
      const send = { to: { users: ['kim'] }, message: { title: 'Hi' } };
      const asked = () => capped.call<Explained>('POST', '/explain', { user: 'kim', send });

      const before = [said((await asked()).body), said((await asked()).body)];
      await capped.send(send);
      const after = said((await asked()).body);

      expect(before).toEqual([[], []]);
      expect(after).toEqual(['frequency_cap frequency_cap']);
    },
    2 * minutes,
  );

  it(
    'tells what a person was sent on all of their phones, newest first, page by page, and not what went to who had the phone before',
    async () => {
      interface Messages {
        readonly items: readonly {
          readonly sendId: string;
          readonly installation: string;
          readonly outcome: string;
          readonly reason: string | null;
        }[];
        readonly cursor: string | null;
      }
      const messages = async (user: string, query = '') => (await shop.call<Messages>('GET', `/users/${user}/messages${query}`)).body;
      const [one, other] = [await device('apns', 'ok', { externalId: 'ann' }), await device('fcm', 'invalid', { externalId: 'ann' })];
      const first = await shop.send({ to: { users: ['ann', 'if'] }, message: { title: '1' } });
      await shop.send({ to: { users: ['if'] }, message: { title: 'not theirs' } });
      await shop.call('POST', `/installations/${one.installation}/receipts`, [
        { sendId: first.body.id, kind: 'opened', at: new Date().toISOString() },
      ]);
      await shop.call('PUT', `/installations/${one.installation}/user`, { externalId: 'ben' });
      const second = await shop.send({ to: { installations: [one.installation] }, message: { title: '2' } });
      const third = await shop.send({ to: { everyone: true }, message: { title: '3' } });

      const all = await messages('ann');
      const paged: Messages['items'][number][] = [];
      for (let cursor: string | null = '', rounds = 0; cursor !== null && rounds < 9; rounds += 1) {
        const page: Messages = await messages('ann', `?limit=1&since=P1D${cursor && `&cursor=${cursor}`}`);
        expect(page.items.length).toBeLessThanOrEqual(1);
        paged.push(...page.items);
        cursor = page.cursor;
      }

      const brief = (items: Messages['items']) =>
        items.map(({ sendId, installation, outcome }) => `${sendId} ${installation} ${outcome}`).sort();
      expect(brief(all.items)).toEqual(
        [
          `${first.body.id} ${one.installation} accepted`,
          `${first.body.id} ${other.installation} token_invalid`,
          `${third.body.id} ${other.installation} skipped`,
        ].sort(),
      );
      expect(all.items[0]).toMatchObject({ sendId: third.body.id, reason: 'no_token' });
      expect(all.items.find(({ installation }) => installation === one.installation)).toMatchObject({ receipts: [{ kind: 'opened' }] });
      expect(brief(paged)).toEqual(brief(all.items));
      const ben = await messages('ben');
      expect(ben.items.map(({ sendId }) => sendId)).toEqual([third.body.id, second.body.id]);
      expect((await messages('ann', '?since=PT0S')).items).toEqual([]);
      expect((await shop.call('GET', '/users/ann/messages?since=yesterday')).status).toBe(400);
      expect((await shop.call('GET', '/users/nobody-of-this-name/messages')).status).toBe(404);
    },
    3 * minutes,
  );
}
