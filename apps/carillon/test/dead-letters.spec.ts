import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Platform, until } from './support/platform.ts';
import { Shop, type SendRecord } from './support/shop.ts';

const minutes = 60_000;
const message = { title: 'Your order is on its way, {{ user.attributes.name | default: "friend" }}' }; // so that what is known of users is read
const topic = 'push.dispatch.apns.bulk';
const ttlSeconds = 20;

interface Letter {
  readonly id: string;
  readonly topic: string;
  readonly code: string;
  readonly tries: number;
  readonly original: string;
}

describe('a batch that could not be handled', () => {
  let platform: Platform;
  let shop: Shop;
  const tokens = new Map<string, string>();

  beforeAll(async () => {
    platform = await Platform.start({ CARILLON_DEMO: 'false' });
    shop = await Shop.open(platform, 'shop');
    for (const [phone, user] of Object.entries({ a: 'charlie', b: 'dora', c: 'ed', p: 'poison' }))
      tokens.set(phone, await shop.register(phone, { externalId: user }));
  });

  afterAll(async () => {
    await platform.end();
  });

  /** A user's row that cannot be read is what no retry cures: damage to the file, or a bug of an earlier version. It is read where it is newer than its copies. */
  function storeAttributes(user: string, text: string): void {
    const file = new DatabaseSync(join(platform.folder, 'data/carillon.db'), { timeout: 60_000 });
    file.prepare('UPDATE users SET attributes = ?, revision = revision + 1 WHERE app = ? AND external_id = ?').run(text, shop.app, user);
    file.close();
  }

  async function sendTo(installations: readonly string[], options: object = {}): Promise<string> {
    return (await shop.call<SendRecord>('POST', '/sends', { to: { installations }, message, options })).body.sendId;
  }

  const letters = async (query = '') => (await shop.call<{ items: Letter[] }>('GET', `/dead-letters${query}`)).body.items;
  const accepted = async (phone: string) =>
    (await platform.simulator<{ send: string }[]>('GET', `/ledger?token=${tokens.get(phone)}`)).body.map(({ send }) => send);
  const countsOf = async (sendId: string) => (await shop.call<SendRecord>('GET', `/sends/${sendId}`)).body;

  it(
    'is a dead letter in the end, and when it is replayed, owner, subscription and expiry are looked at again',
    async () => {
      storeAttributes('poison', '{broken');
      const lasting = await sendTo(['a', 'b', 'c', 'p']);
      const brief = await sendTo(['c', 'p'], { ttl: ttlSeconds });
      const sentAt = performance.now();
      const dead = await until(letters, ({ length }) => length === 2);

      for (const letter of dead) expect(letter).toMatchObject({ topic, code: 'handler_failed', tries: 5 });
      expect(await shop.finished(lasting)).toMatchObject({ state: 'done', counts: { failed: 4, accepted: 0 }, outcomes: { dead: 4 } });
      const letterOf = (sendId: string) => dead.find(({ original }) => original.includes(sendId))!;
      const { body: one } = await shop.call<Letter>('GET', `/dead-letters/${letterOf(lasting).id}`);
      expect(one).toEqual(letterOf(lasting));

      storeAttributes('poison', '{}');
      await shop.call('PUT', '/installations/a/user', { externalId: 'kim' });
      await shop.call('PATCH', '/users/dora', { subscription: 'unsubscribed' });
      const { status } = await shop.call('POST', `/dead-letters/${letterOf(lasting).id}/replay`);

      expect(status).toBe(200);
      const { counts, outcomes, suppressedBy } = await until(
        () => countsOf(lasting),
        (send) => send.counts.failed === 0,
      );
      expect(suppressedBy).toEqual({ owner_changed: 1, unsubscribed: 1 });
      expect(counts).toMatchObject({ targeted: 4, accepted: 2, suppressed: 2, failed: 0, remaining: 0, possibleDuplicates: 0 });
      expect(outcomes).toEqual({});
      expect([await accepted('a'), await accepted('b'), await accepted('c'), await accepted('p')]).toEqual([[], [], [lasting], [lasting]]);

      await new Promise((resolve) => setTimeout(resolve, Math.max(0, ttlSeconds * 1_000 + 100 - (performance.now() - sentAt))));
      const { body: replayed } = await shop.call('POST', '/dead-letters/replay', { topic, reason: 'handler_failed' });

      expect(replayed).toEqual({ replayed: 1, truncated: 0, more: false });
      const late = await until(
        () => countsOf(brief),
        (send) => !('dead' in send.outcomes),
      );
      expect(late).toMatchObject({ counts: { accepted: 0, failed: 2, remaining: 0 }, outcomes: { expired: 2 } });
      expect(await accepted('c')).toEqual([lasting]);
      expect(await letters()).toEqual([]);
    },
    5 * minutes,
  );
});
