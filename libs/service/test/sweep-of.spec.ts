import { type RedisClient, RedisWorkLock, SoleWorkLock, type WorkLock } from '#libs/coordination';
import { describeWithEngines } from '#libs/testing/engines';
import type { Sweep } from '#libs/messaging';
import { NoChance, freshPrefix, redisAt } from '#libs/testing/redis';
import { eventually } from '#libs/testing';
import { PlatformSettingsOf, platformSettings } from '../src/platform-settings.ts';
import { sweepOf, type SweepPlace } from '../src/sweep-of.ts';

/** What a sweep of one process has to do, and how often it was told to. */
class Work {
  runs = 0;
  trouble: Error | undefined;

  async execute(): Promise<void> {
    this.runs += 1;
    if (this.trouble) throw this.trouble;
  }
}

function aSweep(lock: WorkLock, place: SweepPlace = 'any', CONSUMERS = 'true') {
  const work = new Work();
  const settings = new PlatformSettingsOf(platformSettings.parse({ CONSUMERS }));
  const { useFactory } = sweepOf('work', 2, Work, (subject) => subject.execute(), place);
  const sweep = useFactory(work, new NoChance(), settings, lock) as Sweep & { onApplicationBootstrap(): void };
  sweep.onApplicationBootstrap();
  return { work, sweep };
}

const ran = (work: Work) =>
  eventually(
    async () => work.runs,
    (runs) => runs > 0,
  );

describe('a sweep of a process alone', () => {
  it('works, unless the process leaves out what consumes', async () => {
    const { work, sweep } = aSweep(new SoleWorkLock());
    const idle = aSweep(new SoleWorkLock(), 'any', 'false');

    await ran(work);
    await sweep.beforeApplicationShutdown();

    expect(idle.work.runs).toBe(0);
  });
});

describeWithEngines('a sweep of several processes', ({ REDIS_URL }) => {
  const clients: RedisClient[] = [];

  function someLocks(count: number): WorkLock[] {
    const keyPrefix = freshPrefix();
    return Array.from({ length: count }, () => {
      const client = redisAt(REDIS_URL, keyPrefix);
      clients.push(client);
      return new RedisWorkLock(client);
    });
  }

  afterEach(() => {
    for (const client of clients.splice(0)) client.close();
  });

  it('works in one of them, and in another when that one stops', async () => {
    const sweeps = someLocks(3).map((lock) => aSweep(lock));
    const working = await eventually(
      async () => sweeps.filter(({ work }) => work.runs > 2),
      (some) => some.length > 0,
    );
    const idle = sweeps.filter((one) => !working.includes(one));
    expect([working.length, idle.map(({ work }) => work.runs)]).toEqual([1, [0, 0]]);

    await working[0]!.sweep.beforeApplicationShutdown();

    await eventually(
      async () => idle.filter(({ work }) => work.runs > 0).length,
      (some) => some === 1,
    );
    for (const { sweep } of idle) await sweep.beforeApplicationShutdown();
  });

  it('leaves the work to another when it fails', async () => {
    const [first, second] = someLocks(2);
    const failing = aSweep(first!);
    failing.work.trouble = new Error('no disk');
    await ran(failing.work);
    const other = aSweep(second!);

    await ran(other.work);

    for (const { sweep } of [failing, other]) await sweep.beforeApplicationShutdown();
  });

  it('works in each of them where it is about the process itself', async () => {
    const sweeps = someLocks(2).map((lock) => aSweep(lock, 'each'));

    for (const { work } of sweeps) await ran(work);

    for (const { sweep } of sweeps) await sweep.beforeApplicationShutdown();
  });
});
