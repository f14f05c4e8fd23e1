import { describeWithEngines } from '#libs/testing/engines';
import { ADMIN_KEY, until } from '../support/platform.ts';
import { kim, mark, markPerson } from '../support/marked-person.ts';
import { Cluster } from './cluster.ts';

type Json = Record<string, unknown>;

const minutes = 60_000;

const speaksOf = (word: string, document: string) => document.includes(word) && !document.includes('user.erased.v1');

describeWithEngines('the erasure of a person from the stores of services in processes of their own', (engines) => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await Cluster.start(engines);
    await cluster.call('PUT', '/v1/apps/demo', { name: 'Demo' });
    await cluster.call('PUT', '/v1/apps/demo/credentials/apns', { simulated: true });
  }, 10 * minutes);

  afterAll(async () => {
    await cluster.end();
  }, 2 * minutes);

  const made = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Json> => {
    const answer = await cluster.call<Json & Record<string, never>>(method, `/v1/apps/demo/${path}`, body, { key: ADMIN_KEY, headers });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };

  /** Collections with a document that speaks of the person, but for the fact of its erasure, which tells receivers whom they have to erase, too. */
  const collectionsWith = async (word: string): Promise<string[]> => {
    const found: string[] = [];
    await cluster.space.inDatabase(async (database) => {
      for (const { collectionName } of await database.collections()) {
        for await (const document of database.collection(collectionName).find())
          if (!found.includes(collectionName) && speaksOf(word, JSON.stringify(document))) found.push(collectionName);
      }
    });
    return found.sort();
  };

  it(
    'leaves no trace in any collection, though everybody is killed in the middle of it',
    async () => {
      await markPerson(made, Date.now());
      // What consumers write of it is there before it is to go.
      const everywhere = [
        'user_aliases',
        'user_events',
        'installations',
        'token_ledger',
        'user_operations',
        'sends',
        'scheduled_sends',
        'campaigns',
      ];
      const before = await until(
        () => collectionsWith(mark),
        (found) => everywhere.every((name) => found.includes(name)),
        2 * minutes,
      );

      const { erasure } = await made('DELETE', `users/${kim}`);
      await cluster.kill();
      await cluster.run();
      const { state, signature, steps } = await until(
        () => made('GET', `erasures/${String(erasure)}`),
        (found) => found['state'] === 'done',
        5 * minutes,
      );

      expect(before.length).toBeGreaterThan(everywhere.length);
      expect([state, signature]).toEqual(['done', expect.stringMatching(/^[\w-]{86}$/)]);
      expect((steps as Json[]).map(({ store }) => store)).toEqual(expect.arrayContaining(['users', 'sends', 'receipts', 'log']));
      expect(await collectionsWith(mark)).toEqual([]);
      expect(await made('GET', 'users/lee')).toMatchObject({ externalId: 'lee', installations: [{ id: 'phone-2' }] });
    },
    20 * minutes,
  );
});
