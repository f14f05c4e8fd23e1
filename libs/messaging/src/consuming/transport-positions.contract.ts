import { SystemClock } from '#libs/kernel';
import { until } from '#libs/testing';
import { Door, TEST_TOPIC, aThing, interest, things } from '../../test/consuming/test-events.ts';
import { TransportTrial, isRead, type TransportBench } from '../../test/consuming/transport-trial.ts';

const group = { service: 'test', topic: TEST_TOPIC };
const keys = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
const hourMs = 3_600_000;
const clock = new SystemClock();

/** What a transport tells of groups, whoever their members are. */
export function transportPositionsContract(adapter: string, open: () => Promise<TransportBench>): void {
  describe(`${adapter} as a transport: how far groups have come`, () => {
    const trial = new TransportTrial(open);

    it('says that an event is finished when its handler is, in whatever process that runs', async () => {
      const [process, onlooker] = [await trial.start(), await trial.start()];
      const earlier = clock.now();
      const door = new Door();
      let begun = 0;
      await process.transport.subscribe(
        interest(async ({ key }) => {
          begun += 1;
          if (key === 'a') await door.pass();
        }),
      );
      await process.publisher.publish(things(keys, 1));
      await until(() => begun === keys.length);

      expect(await onlooker.positions.hasFinished(group, clock.now() + hourMs)).toBe(false);
      expect(await onlooker.positions.hasFinished(group, earlier)).toBe(true);
      door.open();

      await until(() => isRead(process));
      expect(await onlooker.positions.hasFinished(group, clock.now() + hourMs)).toBe(true);
    });

    it('tells what stands in the queue from what came after it', async () => {
      const process = await trial.start();
      const door = new Door();
      await process.transport.subscribe(interest(async ({ n }) => (n === 0 ? undefined : door.pass())));
      await process.publisher.publish(things(keys, 1));
      await until(() => isRead(process));

      const later = await nextMillisecond();
      await process.publisher.publish([aThing('a', 1)]);

      expect(await process.positions.hasFinished(group, later)).toBe(true);
      expect(await process.positions.hasFinished(group, clock.now() + hourMs)).toBe(false);
      door.open();
    });

    it('says that a group which has never read has finished nothing', async () => {
      const process = await trial.start();
      const nobody = { ...group, service: 'nobody' };
      expect(await process.positions.hasFinished(nobody, clock.now() + hourMs)).toBe(true);

      await process.publisher.publish([aThing('a', 0)]);

      expect(await process.positions.hasFinished(nobody, clock.now() + hourMs)).toBe(false);
    });
  });
}

/** A time that no event has which is there, and that every later one has or exceeds. */
async function nextMillisecond(): Promise<number> {
  const now = clock.now();
  await until(() => clock.now() > now);
  return clock.now();
}
