import { DependencyUnavailable, PushError, currentTraceparent } from '#libs/kernel';
import { setImmediate } from 'node:timers/promises';
import type { DeadLetters } from '../dead-letters/dead-letters.ts';
import type { EventPublisher } from '../event-publisher.ts';
import { consumeDefaults, type ConsumeSettings } from './consume-settings.ts';
import type { EventTransport } from './event-transport.ts';
import { Door, TEST_TOPIC, aThing, interest, things, until, type Thing } from './test-events.ts';

/** A process of the platform, as far as events go, on data that outlives it. */
export interface TransportProcess {
  readonly publisher: EventPublisher;
  readonly transport: EventTransport;
  readonly letters: DeadLetters;
  /** Of the test topic; fewer than 20. */
  readonly partitions: number;
  /** Puts any text on the test topic. */
  publishText(key: string, value: string): Promise<void>;
  /** Ends the process as SIGTERM does, or as `kill -9` does. */
  end(how: 'drain' | 'kill'): Promise<void>;
}

/** Opens processes one after the other, or beside each other, on the same data; the test topic is empty and has at least two partitions. */
export interface TransportBench {
  start(settings?: Partial<ConsumeSettings>): Promise<TransportProcess>;
}

class Refused extends PushError {
  readonly code = 'refused_by_rule';
  readonly retryable = false;
}

const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l'];
const quick: Partial<ConsumeSettings> = {
  firstPauseMs: 1,
  longestPauseMs: 4,
  dependencyPauseMs: 1,
  longestDependencyPauseMs: 4,
  drainMs: 100,
};

/** Every transport must pass this. `open` gives empty data of its own. */
export function transportContract(adapter: string, open: () => Promise<TransportBench>): void {
  let bench: TransportBench;
  let started: TransportProcess[];
  const start = async (settings: Partial<ConsumeSettings> = {}) => {
    const started_ = await bench.start({ ...quick, ...settings });
    started.push(started_);
    return started_;
  };
  const lettersOf = async ({ letters }: TransportProcess) => (await letters.list({}, 100)).items;
  const isRead = async ({ transport }: TransportProcess) => (await transport.lag()).every(({ messages }) => messages === 0);

  beforeEach(async () => {
    bench = await open();
    started = [];
  });
  afterEach(async () => {
    for (const process of started) await process.end('kill');
  });

  describe(`${adapter} as a transport: order and sharing`, () => {
    it("brings every event once, in order within its key, from the topic's beginning", async () => {
      const process = await start();
      const seen = new Map(names.map((name) => [name, [] as number[]]));
      await process.publisher.publish(things(names, 15));

      await process.transport.subscribe(
        interest(async ({ key, n }) => {
          if (n % 3 === 0) await setImmediate();
          seen.get(key)?.push(n);
        }),
      );
      await process.publisher.publish(things(names, 30).slice(names.length * 15));

      await until(() => [...seen.values()].every(({ length }) => length === 30));
      for (const order of seen.values()) expect(order).toEqual(Array.from({ length: 30 }, (_, n) => n));
    });

    it('brings every event to every group', async () => {
      const process = await start();
      const seen: Record<string, number> = { one: 0, two: 0 };
      for (const service of ['one', 'two']) {
        await process.transport.subscribe(interest(async () => void (seen[service] = (seen[service] ?? 0) + 1), { service }));
      }

      await process.publisher.publish(things(names, 2));

      await until(() => seen['one'] === names.length * 2 && seen['two'] === names.length * 2);
      expect(await lettersOf(process)).toEqual([]);
    });

    it('shares the partitions between two members, and gives those of one that leaves to the other', async () => {
      const process = await start();
      const seen: [string, string, number][] = [];
      const member = (name: string) => process.transport.subscribe(interest(async ({ key, n }) => void seen.push([name, key, n])));
      const first = await member('first');
      await member('second');

      await process.publisher.publish(things(names, 5));
      await until(() => seen.length === names.length * 5);
      const both = new Set(seen.map(([name]) => name));
      await first.close();
      await process.publisher.publish(things(names, 6).slice(names.length * 5));

      await until(() => seen.length === names.length * 6);
      expect(both).toEqual(new Set(['first', 'second']));
      expect(seen.slice(names.length * 5).every(([name]) => name === 'second')).toBe(true);
      for (const name of names) expect(seen.filter(([, key]) => key === name).map(([, , n]) => n)).toEqual([0, 1, 2, 3, 4, 5]);
    });

    it('passes over types that the group does not handle', async () => {
      const process = await start();
      const seen: number[] = [];
      await process.transport.subscribe(interest(async ({ n }) => void seen.push(n)));
      const other = aThing('a', 0);

      await process.publisher.publish([{ ...other, envelope: { ...other.envelope, type: 'thing.unheard_of.v1' } }, aThing('a', 1)]);

      await until(() => seen.length === 1 && isRead(process));
      expect(await lettersOf(process)).toEqual([]);
    });

    it('works in the trace of the event, and says who sent it', async () => {
      const process = await start();
      const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
      const seen: unknown[] = [];
      await process.transport.subscribe(
        interest(async (_thing, { envelope, failures, topic }) => void seen.push([currentTraceparent(), envelope.source, failures, topic])),
      );
      const event = aThing('a', 0);

      await process.publisher.publish([{ ...event, envelope: { ...event.envelope, traceparent } }]);

      await until(() => seen.length === 1);
      expect(seen).toEqual([[traceparent, 'carillon/test', 0, TEST_TOPIC]]);
    });
  });

  describe(`${adapter} as a transport: failures`, () => {
    it('brings an event again until it is handled, and what is behind it in its key afterwards', async () => {
      const process = await start();
      const seen: [number, number][] = [];
      await process.transport.subscribe(
        interest(async ({ n }, { failures }) => {
          seen.push([n, failures]);
          if (n === 0 && failures < 3) throw new Error('not yet');
        }),
      );

      await process.publisher.publish(things(['a'], 2));

      await until(() => seen.length === 5);
      expect(seen).toEqual([[0, 0], [0, 1], [0, 2], [0, 3], [1, 0]]); // prettier-ignore
      expect(await lettersOf(process)).toEqual([]);
    });

    it('buries an event after five tries while other keys flow, and its key goes on', async () => {
      const process = await start();
      const seen: string[] = [];
      let tries = 0;
      await process.transport.subscribe(
        interest(async ({ key, n }) => {
          if (key === 'a' && n === 0) {
            tries += 1;
            throw new Error('never');
          }
          seen.push(`${key}${n}`);
        }),
      );

      await process.publisher.publish(things(names, 2));

      await until(() => seen.length === names.length * 2 - 1);
      expect(tries).toBe(5);
      expect(await lettersOf(process)).toEqual([
        expect.objectContaining({
          service: 'test',
          topic: TEST_TOPIC,
          key: 'a',
          type: 'thing.happened.v1',
          app: 'demo',
          code: 'handler_failed',
          reason: 'never',
          tries: 5,
        }),
      ]);
      await until(() => isRead(process));
    });

    it('buries at once what a rule refuses for good', async () => {
      const process = await start();
      let tries = 0;
      await process.transport.subscribe(
        interest(async () => {
          tries += 1;
          throw new Refused('no such app');
        }),
      );

      await process.publisher.publish([aThing('a', 0)]);

      await until(async () => (await lettersOf(process)).length === 1);
      expect(await lettersOf(process)).toEqual([expect.objectContaining({ code: 'refused_by_rule', reason: 'no such app', tries: 1 })]);
      expect(tries).toBe(1);
    });

    it('buries at once what does not parse, keeps its text, and tells who listens', async () => {
      const process = await start();
      const seen: number[] = [];
      const told: (string | null)[] = [];
      const tell = async ({ type }: { type: string | null }) => void told.push(type);
      const listeners = [{ type: 'thing.happened.v1', unreadable: true, tell }];
      await process.transport.subscribe(interest(async ({ n }) => void seen.push(n), { listeners }));
      const invalid = JSON.stringify({
        specversion: '1.0',
        id: 'x',
        source: 's',
        type: 'thing.happened.v1',
        data: { app: 'demo', n: 'seven' },
      });

      await process.publishText('a', '{ broken');
      await process.publishText('a', invalid);
      await process.publisher.publish([aThing('a', 1)]);

      await until(() => seen.length === 1);
      const letters = await lettersOf(process);
      expect(new Map(letters.map(({ code, ...letter }) => [code, letter]))).toEqual(
        new Map([
          ['unreadable', expect.objectContaining({ type: null, original: '{ broken', tries: 0, reason: 'event: Not JSON' })],
          ['invalid_data', expect.objectContaining({ type: 'thing.happened.v1', app: 'demo', original: invalid, tries: 0 })],
        ]),
      );
      expect(told).toEqual([null, 'thing.happened.v1']);
    });

    it('replays a dead letter to the group that gave it up, and to no other', async () => {
      const process = await start();
      const seen: string[] = [];
      let isBroken = true;
      await process.transport.subscribe(interest(async () => void seen.push('other'), { service: 'other' }));
      await process.transport.subscribe(
        interest(async () => {
          if (isBroken) throw new Error('a bug');
          seen.push('test');
        }),
      );
      await process.publisher.publish([aThing('a', 0)]);
      await until(async () => (await lettersOf(process)).length === 1);

      isBroken = false;
      await process.letters.replay((await lettersOf(process))[0]!.id);

      await until(() => seen.includes('test') && isRead(process));
      expect(seen).toEqual(['other', 'test']);
    });

    it('waits for a dependency that is down, without a try lost or an event buried', async () => {
      const process = await start();
      const seen: [number, number][] = [];
      let refused = 0;
      let isDown = true;
      await process.transport.subscribe(
        interest(async ({ n }, { failures }) => {
          if (isDown) {
            refused += 1;
            throw new DependencyUnavailable('the database');
          }
          seen.push([n, failures]);
        }),
      );

      await process.publisher.publish(things(['a'], 3));
      await until(() => refused > 10);
      isDown = false;

      await until(() => seen.length === 3);
      expect(seen).toEqual([[0, 0], [1, 0], [2, 0]]); // prettier-ignore
      expect(await lettersOf(process)).toEqual([]);
    });

    it('lets a slow handler keep what it has while other keys flow', async () => {
      const process = await start();
      const door = new Door();
      const seen: string[] = [];
      await process.transport.subscribe(
        interest(async ({ key, n }) => {
          if (key === 'a' && n === 0) await door.pass();
          seen.push(`${key}${n}`);
        }),
      );

      await process.publisher.publish(things(names, 10));
      await until(() => seen.length === (names.length - 1) * 10);
      const before = seen.filter((name) => name.startsWith('a'));
      door.open();

      await until(() => seen.length === names.length * 10);
      expect(before).toEqual([]);
      expect(await lettersOf(process)).toEqual([]);
    });
  });

  describe(`${adapter} as a transport: bounds`, () => {
    it('works on no more keys at a time than it may', async () => {
      const process = await start();
      let running = 0;
      let most = 0;
      let done = 0;
      const handle = async () => {
        running += 1;
        most = Math.max(most, running);
        await setImmediate();
        running -= 1;
        done += 1;
      };
      await process.transport.subscribe(interest(handle, { concurrency: 3 }));

      await process.publisher.publish(things(names, 10));

      await until(() => done === names.length * 10);
      expect(most).toBe(3);
    });

    it('holds no more messages of a partition than its window, and goes on when there is room', async () => {
      const process = await start({ windowMessages: 50, concurrency: 10_000 });
      const door = new Door();
      const keys = Array.from({ length: 1_000 }, (_, n) => `key-${n}`);
      const most = 50 * process.partitions;
      let begun = 0;
      await process.transport.subscribe(
        interest(async () => {
          begun += 1;
          await door.pass();
        }),
      );

      await process.publisher.publish(things(keys, 1));
      await until(() => begun > most * 0.8);
      for (let turn = 0; turn < 100; turn += 1) await setImmediate();
      const held = begun;
      door.open();

      await until(() => begun === keys.length && isRead(process));
      expect(held).toBeLessThanOrEqual(most);
      expect(consumeDefaults.windowMessages).toBe(1_000);
    });
  });

  describe(`${adapter} as a transport: ends of processes`, () => {
    it('goes on where it was', async () => {
      const first = await start();
      const seen: number[] = [];
      const subscription = interest(async ({ n }) => void seen.push(n));
      await first.transport.subscribe(subscription);
      await first.publisher.publish(things(['a', 'b'], 4));
      await until(() => seen.length === 8);
      await first.end('drain');

      const second = await start();
      await second.transport.subscribe(subscription);
      await second.publisher.publish([aThing('a', 9)]);

      await until(() => seen.length === 9);
      expect(seen.at(-1)).toBe(9);
    });

    it('lets handlers in flight end when it is told to, and starts nothing more', async () => {
      const process = await start({ drainMs: 5_000 });
      const door = new Door();
      const [begun, ended]: [number[], number[]] = [[], []];
      const subscription = interest(async ({ n }) => {
        begun.push(n);
        await door.pass();
        ended.push(n);
      });
      await process.transport.subscribe(subscription);
      await process.publisher.publish(things(['a'], 3));
      await until(() => begun.length === 1);

      const end = process.end('drain');
      door.open();
      await end;
      const atEnd = [...ended];
      const next = await start();
      await next.transport.subscribe(subscription);

      await until(() => ended.length === 3);
      expect(atEnd).toEqual([0]);
      expect(begun).toEqual([0, 1, 2]);
    });

    it('brings again what a process had in hand when it was killed', async () => {
      const first = await start();
      const never = new Door();
      let begun = 0;
      await first.transport.subscribe(
        interest(async () => {
          begun += 1;
          await never.pass();
        }),
      );
      await first.publisher.publish(things(['a', 'b', 'c'], 3));
      await until(() => begun === 3);
      await first.end('kill');

      const second = await start();
      const seen: string[] = [];
      await second.transport.subscribe(interest(async ({ key, n }) => void seen.push(`${key}${n}`)));

      await until(() => seen.length === 9);
      for (const name of ['a', 'b', 'c']) expect(seen.filter((text) => text.startsWith(name))).toEqual([0, 1, 2].map((n) => `${name}${n}`));
      await until(() => isRead(second));
      expect(await lettersOf(second)).toEqual([]);
    });

    it('remembers tries from one process to the next', async () => {
      const first = await start();
      const never = new Door();
      const failures: number[] = [];
      const fail = async (_thing: Thing, context: { failures: number }) => {
        failures.push(context.failures);
        if (failures.length === 4) await never.pass();
        throw new Error('never');
      };
      await first.transport.subscribe(interest(fail));
      await first.publisher.publish([aThing('a', 0)]);
      await until(() => failures.length === 4);
      await first.end('drain');

      const second = await start();
      await second.transport.subscribe(interest(fail));

      await until(async () => (await lettersOf(second)).length === 1);
      expect(failures).toEqual([0, 1, 2, 3, 3, 4]);
      expect(await lettersOf(second)).toEqual([expect.objectContaining({ tries: 5 })]);
    });

    it('gives up an event that was in hand when the process died for the third time, and nothing else', async () => {
      const never = new Door();
      const seen: string[] = [];
      let begun = 0;
      const handle = async ({ key, n }: Thing) => {
        if (key === 'b') {
          begun += 1;
          await never.pass();
        }
        seen.push(`${key}${n}`);
      };
      for (const round of [1, 2, 3]) {
        const process = await start();
        if (round === 1) await process.publisher.publish([aThing('a', 1), aThing('b', 1), aThing('c', 1)]);
        await process.transport.subscribe(interest(handle));
        await until(() => begun === round);
        await process.end('kill');
      }

      const last = await start();
      await last.publisher.publish([aThing('a', 2)]);
      await last.transport.subscribe(interest(handle));

      await until(async () => (await lettersOf(last)).length === 1 && (await isRead(last)));
      expect(await lettersOf(last)).toEqual([expect.objectContaining({ key: 'b', code: 'process_died' })]);
      expect(begun).toBe(3);
      expect(new Set(seen)).toEqual(new Set(['a1', 'c1', 'a2']));
    });

    it('tells how far a group is behind', async () => {
      const process = await start();
      const membership = await process.transport.subscribe(interest(async () => undefined));
      await membership.close();

      await process.publisher.publish(things(['a'], 3));

      expect(await process.transport.lag()).toEqual([
        { group: `carillon.test.${TEST_TOPIC}`, topic: TEST_TOPIC, messages: 3, oldestMs: expect.any(Number) as number },
      ]);
    });
  });
}
