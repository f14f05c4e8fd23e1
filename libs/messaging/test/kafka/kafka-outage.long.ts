import { describeWithEngines, startKafka, type Engine } from '#libs/testing/engines';
import { until } from '#libs/testing';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { interest } from '../consuming/test-events.ts';
import { isRead, lettersOf } from '../consuming/transport-trial.ts';
import { KafkaBench, buried } from './kafka-bench.ts';
import { Seen, publishing, upTo } from './test-traffic.ts';

describeWithEngines('Consumers of Kafka', () => {
  const started: Engine[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'carillon-kafka-'));

  afterAll(async () => {
    for (const broker of started) await broker.stop();
    rmSync(folder, { recursive: true, force: true });
    await buried();
  });

  it('wait while the broker is away, and count no try for that', async () => {
    const first = await startKafka({ folder });
    started.push(first);
    const port = Number(first.address.split(':')[1]);
    const bench = await KafkaBench.open(first.address);
    const process = await bench.start({}, { sessionTimeoutMs: 6_000, groups: [] }); // none but those that are joined here
    const seen = new Seen();
    const failures = new Set<number>();
    for (const service of ['one', 'two', 'three']) {
      await process.transport.subscribe(
        interest(
          async (thing, context) => {
            failures.add(context.failures);
            if (service === 'one') seen.add(thing);
          },
          { service },
        ),
      );
    }
    const publisher = publishing(process.publisher);
    await until(() => seen.isWhole(seen.order[0]!.length));

    await first.stop();
    await until(() => publisher.refusals() > 0);
    started.push(await startKafka({ folder, port }));
    const atReturn = seen.order[0]!.length;
    await until(() => seen.order[0]!.length > atReturn + 10);
    const rounds = await publisher.end();

    await until(async () => seen.isWhole(rounds) && (await isRead(process)));
    expect(seen.order).toEqual(upTo(rounds));
    expect([...failures]).toEqual([0]);
    expect(await lettersOf(process)).toEqual([]);
    await process.end('drain');
  });
});
