import { execFileSync } from 'node:child_process';
import { Platform, type Answer } from './support/platform.ts';
import { Shop, addUp, type SimulatorSummary } from './support/shop.ts';

const minutes = 60_000;
const message = { title: 'Your order is on its way' };
const unlimited = 'unlimited';
/** What only Linux can do to a running process: from now on no file of it may grow past so many bytes. */
const onLinux = process.platform === 'linux' ? describe : describe.skip;

interface Problem {
  readonly code: string;
}

onLinux('a platform whose disk is full', () => {
  let platform: Platform;
  let shop: Shop;
  const acknowledged = new Set<string>();

  beforeAll(async () => {
    platform = await Platform.start({ CARILLON_DEMO: 'false', ATTEMPT_LEASE: '2000' });
    shop = await Shop.open(platform, 'shop');
    for (let n = 0; n < 50; n += 1) await register(`before-${n}`);
  });

  afterAll(async () => {
    await platform.end();
  });

  function limitFiles(bytes: number | typeof unlimited): void {
    execFileSync('prlimit', ['--pid', String(platform.process.serverPid), `--fsize=${bytes}:${unlimited}`]);
  }

  async function register(id: string): Promise<Answer<Problem>> {
    const answer = await shop.call<Problem>('PUT', `/installations/${id}`, {
      platform: 'ios',
      provider: 'apns',
      token: Buffer.from(id.padEnd(32, '.')).toString('hex'),
      permission: 'granted',
      externalId: `user-${id}`,
    });
    if (answer.status < 300) acknowledged.add(id);
    return answer;
  }

  it(
    'answers 503 to what it cannot keep, stays up, and goes on by itself when there is room',
    async () => {
      const { body: sent } = await shop.call<{ sendId: string }>('POST', '/sends', { to: { users: ['user-before-0'] }, message });
      limitFiles(4_096);

      const refused = await Promise.all(Array.from({ length: 100 }, (_, n) => register(`during-${n}`)));
      const refusedSend = await shop.call<Problem>('POST', '/sends', { to: { users: ['user-before-1'] }, message });
      const read = await shop.call('GET', '/installations/before-1');
      limitFiles(unlimited);
      const accepted = await Promise.all(Array.from({ length: 50 }, (_, n) => register(`after-${n}`)));

      for (const { status, body, headers } of [...refused, refusedSend])
        expect([status, body.code, Number(headers.get('retry-after')) >= 1]).toEqual([503, 'dependency_unavailable', true]);
      expect(read.status).toBe(200);
      expect(new Set(accepted.map(({ status }) => status))).toEqual(new Set([201]));
      // The send that was on its way is finished by the same process: its consumers only waited.
      const { counts } = await shop.finished(sent.sendId);
      const { body: atProvider } = await platform.simulator<Record<string, SimulatorSummary>>('GET', '/ledger/summary');
      expect(counts).toMatchObject({ targeted: 1, accepted: 1 });
      expect(atProvider['apns']!.accepted).toBeLessThanOrEqual(1 + counts.possibleDuplicates);
    },
    5 * minutes,
  );

  it(
    'loses nothing that it answered for, whatever moment the disk fills up at',
    async () => {
      let full = false;
      const calls = Array.from({ length: 600 }, async (_, n) => {
        await new Promise((resolve) => setTimeout(resolve, n * 3));
        if (n % 100 === 50) {
          limitFiles(full ? unlimited : 4_096);
          full = !full;
        }
        return register(`flood-${n}`);
      });
      const statuses = new Set((await Promise.all(calls)).map(({ status }) => status));
      limitFiles(unlimited);
      expect(statuses).toEqual(new Set([201, 503]));

      await platform.kill();
      await platform.run();

      const { body: send } = await shop.send({ to: { everyone: true }, message });
      const outcomes = await shop.outcomes(send.sendId);
      expect(send.state).toBe('done');
      expect(addUp(send.counts)).toBe(true);
      expect([...acknowledged].filter((id) => outcomes.get(id) !== 'accepted')).toEqual([]);
      expect(await deadLetters()).toEqual([]);
    },
    5 * minutes,
  );

  async function deadLetters(): Promise<unknown[]> {
    return (await platform.call<{ items: unknown[] }>('GET', '/v1/dead-letters')).body.items;
  }
});
