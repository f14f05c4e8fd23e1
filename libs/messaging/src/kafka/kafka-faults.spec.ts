import { describeWithEngines, startKafka, type Engine } from '#libs/engines';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { aThing, interest, until, type Thing } from '../consuming/test-events.ts';
import { isRead, lettersOf, type TransportProcess } from '../consuming/transport-trial.ts';
import type { EventPublisher } from '../event-publisher.ts';
import { KafkaBench, buried } from './kafka-bench.ts';

const keys = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l'];

/** What was seen of each key, its first occurrences only. */
class Seen {
  readonly #numbers = new Map(keys.map((key) => [key, new Set<number>()]));

  add({ key, n }: Thing): void {
    this.#numbers.get(key)?.add(n);
  }

  /** Every key as far as that, in order, without a gap. */
  isWhole(count: number): boolean {
    return [...this.#numbers.values()].every((numbers) => numbers.size === count);
  }

  get order(): readonly (readonly number[])[] {
    return [...this.#numbers.values()].map((numbers) => [...numbers]);
  }
}

const upTo = (count: number) => keys.map(() => Array.from({ length: count }, (_, n) => n));

/** Publishes round after round, again what was not taken, until it is told to end; gives the number of rounds. */
function publishing(publisher: EventPublisher) {
  const ending = new AbortController();
  let refused = 0;
  const rounds = (async () => {
    let n = 0;
    while (!ending.signal.aborted) {
      const events = keys.map((key) => aThing(key, n));
      try {
        await publisher.publish(events);
        n += 1;
      } catch {
        refused += 1;
      }
      await setTimeout(5);
    }
    return n;
  })();
  const end = () => {
    ending.abort();
    return rounds;
  };
  return { end, refusals: () => refused };
}

describeWithEngines('Consumers of Kafka', ({ KAFKA_BROKERS }) => {
  const started: Engine[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'carillon-kafka-'));

  afterAll(async () => {
    for (const broker of started) await broker.stop();
    rmSync(folder, { recursive: true, force: true });
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

  it('wait while the broker is away, and count no try for that', async () => {
    const first = await startKafka({ folder });
    started.push(first);
    const port = Number(first.address.split(':')[1]);
    const bench = await KafkaBench.open(first.address);
    const process = await bench.start({}, { sessionTimeoutMs: 6_000 });
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
  }, 120_000);
});
