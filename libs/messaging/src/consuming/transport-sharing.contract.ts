import { currentTraceparent } from '#libs/kernel';
import { until } from '#libs/testing';
import { setImmediate } from 'node:timers/promises';
import { TEST_TOPIC, aThing, interest, things } from '../../test/consuming/test-events.ts';
import { TransportTrial, isRead, lettersOf, type TransportBench } from '../../test/consuming/transport-trial.ts';

const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l'];

/** Order within a key, groups, and members that share partitions. */
export function transportSharingContract(adapter: string, open: () => Promise<TransportBench>): void {
  describe(`${adapter} as a transport: order and sharing`, () => {
    const trial = new TransportTrial(open);

    it("brings every event once, in order within its key, from the topic's beginning", async () => {
      const process = await trial.start();
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
      const process = await trial.start();
      const seen: Record<string, number> = { one: 0, two: 0 };
      for (const service of ['one', 'two']) {
        await process.transport.subscribe(interest(async () => void (seen[service] = (seen[service] ?? 0) + 1), { service }));
      }

      await process.publisher.publish(things(names, 2));

      await until(() => seen['one'] === names.length * 2 && seen['two'] === names.length * 2);
      expect(await lettersOf(process)).toEqual([]);
    });

    it('shares the partitions between two members, and gives those of one that leaves to the other', async () => {
      const process = await trial.start();
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
      const process = await trial.start();
      const seen: number[] = [];
      await process.transport.subscribe(interest(async ({ n }) => void seen.push(n)));
      const other = aThing('a', 0);

      await process.publisher.publish([{ ...other, envelope: { ...other.envelope, type: 'thing.unheard_of.v1' } }, aThing('a', 1)]);

      await until(() => seen.length === 1 && isRead(process));
      expect(await lettersOf(process)).toEqual([]);
    });

    it('works in the trace of the event, and says who sent it', async () => {
      const process = await trial.start();
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
}
