import { DependencyUnavailable, PushError } from '#libs/kernel';
import { until } from '#libs/testing';
import { Door, TEST_TOPIC, aThing, interest, things } from '../../test/consuming/test-events.ts';
import { TransportTrial, isRead, lettersOf, type TransportBench } from '../../test/consuming/transport-trial.ts';

const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l'];

class Refused extends PushError {
  readonly code = 'refused_by_rule';
  readonly retryable = false;
}

/** Tries, dead letters, slow handlers and dependencies that are down. */
export function transportFailuresContract(adapter: string, open: () => Promise<TransportBench>): void {
  describe(`${adapter} as a transport: failures`, () => {
    const trial = new TransportTrial(open);

    it('brings an event again until it is handled, and what is behind it in its key afterwards', async () => {
      const process = await trial.start();
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
      const process = await trial.start();
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
      const process = await trial.start();
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
      const process = await trial.start();
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
      const process = await trial.start();
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
      const process = await trial.start();
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
      const process = await trial.start();
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
}
