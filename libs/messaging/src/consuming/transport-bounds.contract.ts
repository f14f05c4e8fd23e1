import { until } from '#libs/testing';
import { setImmediate } from 'node:timers/promises';
import { consumeDefaults } from './consume-settings.ts';
import { Door, interest, things } from '../../test/consuming/test-events.ts';
import { TransportTrial, isRead, type TransportBench } from '../../test/consuming/transport-trial.ts';

const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l'];

/** What a consumer never exceeds. */
export function transportBoundsContract(adapter: string, open: () => Promise<TransportBench>): void {
  describe(`${adapter} as a transport: bounds`, () => {
    const trial = new TransportTrial(open);

    it('works on no more keys at a time than it may', async () => {
      const process = await trial.start();
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
      const process = await trial.start({ windowMessages: 50, concurrency: 10_000 });
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
}
