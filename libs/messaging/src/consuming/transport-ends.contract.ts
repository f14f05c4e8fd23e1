import { until } from '#libs/testing';
import { Door, TEST_TOPIC, aThing, interest, things, type Thing } from '../../test/consuming/test-events.ts';
import { TransportTrial, isRead, lettersOf, type TransportBench } from '../../test/consuming/transport-trial.ts';

/** Drains, kills and restarts. */
export function transportEndsContract(adapter: string, open: () => Promise<TransportBench>): void {
  describe(`${adapter} as a transport: ends of processes`, () => {
    const trial = new TransportTrial(open);

    it('goes on where it was', async () => {
      const first = await trial.start();
      const seen: number[] = [];
      const subscription = interest(async ({ n }) => void seen.push(n));
      await first.transport.subscribe(subscription);
      await first.publisher.publish(things(['a', 'b'], 4));
      await until(() => seen.length === 8);
      await first.end('drain');

      const second = await trial.start();
      await second.transport.subscribe(subscription);
      await second.publisher.publish([aThing('a', 9)]);

      await until(() => seen.length === 9);
      expect(seen.at(-1)).toBe(9);
    });

    it('lets handlers in flight end when it is told to, and starts nothing more', async () => {
      const process = await trial.start({ drainMs: 5_000 });
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
      const next = await trial.start();
      await next.transport.subscribe(subscription);

      await until(() => ended.length === 3);
      expect(atEnd).toEqual([0]);
      expect(begun).toEqual([0, 1, 2]);
    });

    it('brings again what a process had in hand when it was killed', async () => {
      const first = await trial.start();
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

      const second = await trial.start();
      const seen: string[] = [];
      await second.transport.subscribe(interest(async ({ key, n }) => void seen.push(`${key}${n}`)));

      await until(() => seen.length === 9);
      for (const name of ['a', 'b', 'c']) expect(seen.filter((text) => text.startsWith(name))).toEqual([0, 1, 2].map((n) => `${name}${n}`));
      await until(() => isRead(second));
      expect(await lettersOf(second)).toEqual([]);
    });

    it('remembers tries from one process to the next', async () => {
      const first = await trial.start();
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

      const second = await trial.start();
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
        const process = await trial.start();
        if (round === 1) await process.publisher.publish([aThing('a', 1), aThing('b', 1), aThing('c', 1)]);
        await process.transport.subscribe(interest(handle));
        await until(() => begun === round);
        await process.end('kill');
      }

      const last = await trial.start();
      await last.publisher.publish([aThing('a', 2)]);
      await last.transport.subscribe(interest(handle));

      await until(async () => (await lettersOf(last)).length === 1 && (await isRead(last)));
      expect(await lettersOf(last)).toEqual([expect.objectContaining({ key: 'b', code: 'process_died' })]);
      expect(begun).toBe(3);
      expect(new Set(seen)).toEqual(new Set(['a1', 'c1', 'a2']));
    });

    it('tells how many are in a group, and that nobody is', async () => {
      const process = await trial.start();
      const members = async () => (await process.transport.sizes()).find(({ topic }) => topic === TEST_TOPIC)?.members ?? 0;
      const before = await members();
      const [first, second] = [
        await process.transport.subscribe(interest(async () => undefined)),
        await process.transport.subscribe(interest(async () => undefined)),
      ];

      const both = await members();
      await first.close();
      await until(async () => (await members()) === 1);
      await second.close();
      await until(async () => (await members()) === 0);

      expect([before, both]).toEqual([0, 2]);
    });

    it('tells how far a group is behind', async () => {
      const process = await trial.start();
      const membership = await process.transport.subscribe(interest(async () => undefined));
      await membership.close();

      await process.publisher.publish(things(['a'], 3));

      expect(await process.transport.lag()).toEqual([
        { group: `carillon.test.${TEST_TOPIC}`, topic: TEST_TOPIC, messages: 3, oldestMs: expect.any(Number) as number },
      ]);
    });
  });
}
