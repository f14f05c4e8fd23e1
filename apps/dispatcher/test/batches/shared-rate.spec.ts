import { describeWithEngines } from '#libs/testing/engines';
import { OwnRedis, RedisOnClock } from '#libs/testing/redis';
import { Redis } from 'ioredis';
import { RedisProviderRates } from '../../src/admission/redis-provider-rates.ts';
import { TestDispatcher, whileTimePasses } from './test-dispatcher.ts';
import { aPlatform, closePlatforms } from './test-platform.ts';

const phones = 300; // more than a handler may begin with within its five seconds
const perSecond = 40;

afterEach(closePlatforms);

describeWithEngines('a send of two dispatchers that share a rate', () => {
  let server: OwnRedis;
  const clients: RedisOnClock[] = [];

  beforeEach(async () => {
    server = await OwnRedis.start();
  });

  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await server.remove();
  });

  /** Two dispatchers with a batch each, limited from the start; `mishap` happens when the first rounds are over. */
  async function sendWith(mishap: () => Promise<unknown>): Promise<readonly string[]> {
    const platform = aPlatform();
    await platform.register(2 * phones);
    const events = [await platform.plan(phones, { id: 'first' }), await platform.plan(phones, { id: 'second' })];
    const dispatchers = ['worker-1', 'worker-2'].map((name) => {
      const redis = new RedisOnClock(server.url, platform.clock, 'test:');
      clients.push(redis);
      return new TestDispatcher(platform, name, { rates: new RedisProviderRates(redis, platform.clock) });
    });
    for (const { gates } of dispatchers) gates.of('demo', 'apns', true).gate.rate.rampFrom(perSecond, platform.clock.now());
    for (const [at, dispatcher] of dispatchers.entries()) {
      const event = events[at];
      if (event) await whileTimePasses(dispatcher.timer, dispatcher.dispatch.execute(event));
    }
    expect(platform.provider.tokens.length).toBeLessThan(2 * phones);

    await mishap();

    const isDone = async () =>
      (await Promise.all(events.map(({ attemptId }) => platform.attempt(attemptId)))).every(({ state }) => state === 'done');
    for (let round = 0; round < 60 && !(await isDone()); round += 1) {
      for (const dispatcher of dispatchers) {
        dispatcher.timer.pass(1_000);
        await whileTimePasses(dispatcher.timer, dispatcher.sweep());
      }
    }
    expect(await isDone()).toBe(true);
    return platform.provider.tokens;
  }

  /** Each phone of each send once. */
  const exactlyOnce = [...Array(phones).keys(), ...Array(phones).keys()].map((at) => `token-${at}`).sort();

  it('reaches everybody once when Redis is emptied in its middle', async () => {
    const tokens = await sendWith(async () => {
      const bare = new Redis(server.url);
      await bare.flushall();
      bare.disconnect();
    });

    expect([...tokens].sort()).toEqual(exactlyOnce);
  });

  it('reaches everybody once when Redis ends in its middle', async () => {
    const tokens = await sendWith(() => server.stop());

    expect([...tokens].sort()).toEqual(exactlyOnce);
  });
});
