import { describeWithEngines } from '#libs/testing/engines';
import { until } from '#libs/testing';
import { setTimeout } from 'node:timers/promises';
import { interest } from '../consuming/test-events.ts';
import { isRead, lettersOf, type TransportProcess } from '../consuming/transport-trial.ts';
import { KafkaBench, buried } from './kafka-bench.ts';
import { Seen, publishing, upTo } from './test-traffic.ts';

describeWithEngines('Consumers of Kafka', ({ KAFKA_BROKERS }) => {
  afterAll(async () => {
    await buried();
  });

  it('lose nothing and keep the order of a key while members join and leave, or die, all the time', async () => {
    const bench = await KafkaBench.open(KAFKA_BROKERS);
    const seen = new Seen();
    const interested = interest(async (thing) => {
      await setTimeout(thing.n % 3);
      seen.add(thing);
    });
    const member = async () => {
      const process = await bench.start({ drainMs: 2_000 });
      await process.transport.subscribe(interested);
      return process;
    };
    const stable = await member();
    const publisher = publishing(stable.publisher);

    const others: TransportProcess[] = [];
    for (let round = 0; round < 8; round += 1) {
      others.push(await member());
      if (others.length > 2) await others.shift()?.end(round % 4 === 3 ? 'kill' : 'drain');
    }
    const rounds = await publisher.end();

    await until(async () => seen.isWhole(rounds) && (await isRead(stable)));
    expect(seen.order).toEqual(upTo(rounds));
    expect(await lettersOf(stable)).toEqual([]);
    await Promise.all([stable, ...others].map((process) => process.end('drain')));
  });
});
