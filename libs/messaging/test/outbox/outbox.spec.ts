import { describeWithEngines } from '#libs/testing/engines';
import type { DomainEvent } from '#libs/events';
import { DependencyUnavailable } from '#libs/kernel';
import { mongoCollection, wereAllThere } from '#libs/storage';
import { testMongoStores } from '#libs/testing/store';
import { FixedClock, PublishedEvents, eventually } from '#libs/testing';
import fc from 'fast-check';
import { EventsStalled } from '../../src/messaging-errors.ts';
import { Outbox } from '../../src/outbox/outbox.ts';
import { entryOf, outboxFields, outboxIndex, type OutboxDocument, type OutboxEntry } from '../../src/outbox/outbox-entry.ts';

interface Note extends OutboxDocument {
  readonly revision: number;
}

interface Line {
  readonly _id: string;
  readonly text: string;
}

const notes = mongoCollection<Note>('notes', { revision: Number, ...outboxFields }, [outboxIndex]);
const lines = mongoCollection<Line>('lines', { text: String });

/** A broker that can be slow: what it holds is published one by one. */
class Broker extends PublishedEvents {
  isSlow = false;
  readonly #held: (() => void)[] = [];

  override async publish(events: readonly DomainEvent[]): Promise<void> {
    if (this.isSlow) await new Promise<void>((resolve) => this.#held.push(resolve));
    await super.publish(events);
  }

  letOneGo(): void {
    this.#held.shift()?.();
  }
}

describeWithEngines('the outbox inside documents', ({ MONGODB_URI }) => {
  const openStore = testMongoStores(MONGODB_URI, [notes, lines]);

  const opened = async () => {
    const store = await openStore();
    const clock = new FixedClock();
    const broker = new Broker();
    const all = new Outbox(store, broker, clock);
    const documents = store.model(notes);
    const storedLines = store.model(lines);
    const outbox = all.of(notes, async (given) => {
      await storedLines.insertMany(given, { ordered: false }).catch((error: unknown) => {
        if (!wereAllThere(error)) throw error;
      });
    });

    /** One conditional write; undefined where another came first or the outbox is full. */
    const write = async (_id: string, revision: number, entries: readonly OutboxEntry[]) => {
      const condition = { _id, revision: revision - 1, ...(revision > 1 && outbox.room) };
      return documents
        .findOneAndUpdate(
          condition,
          { $set: { revision }, ...outbox.additions(entries) },
          { upsert: revision === 1, returnDocument: 'after', projection: { outbox: 1 } },
        )
        .lean<OutboxDocument>();
    };
    const tell = async (_id: string, revision: number, entries = [anEvent(_id, revision)]) => {
      const written = await write(_id, revision, entries);
      if (written) await outbox.deliver(written);
    };
    const left = async (_id: string) => (await documents.findOne({ _id }).lean<Note>())?.outbox?.map(({ id }) => id);
    return { all, outbox, broker, clock, documents, storedLines, write, tell, left };
  };

  it('publishes right after the write, in order, and keeps nothing of it', async () => {
    const { all, broker, tell, documents } = await opened();

    await tell('a', 1, [anEvent('a', 1), anEvent('a', 2)]);
    await all.settled();

    expect(broker.ids).toEqual(['a:1', 'a:2']);
    expect(broker.all[0]).toEqual(theEvent('a', 1));
    expect(await documents.findOne({ _id: 'a' }).lean()).toEqual({ _id: 'a', revision: 1 });
  });

  it('tells after two seconds what a crash between write and publication left behind', async () => {
    const { all, broker, clock, write, left } = await opened();
    await write('a', 1, [anEvent('a', 1)]);

    clock.advance(1_999);
    expect(await all.sweep()).toBe(0);
    clock.advance(1);
    expect(await all.sweep()).toBe(1);

    expect(broker.ids).toEqual(['a:1']);
    expect(await left('a')).toBeUndefined();
    expect(await all.sweep()).toBe(0);
  });

  it('sweeps all there is, in steps', async () => {
    const { all, broker, clock, write, documents } = await opened();
    await Promise.all(Array.from({ length: 450 }, (_, n) => write(`n${n}`, 1, [anEvent(`n${n}`, 1)])));
    clock.advance(2_000);

    expect(await all.sweep()).toBe(450);

    expect(new Set(broker.ids).size).toBe(450);
    expect(await documents.countDocuments({ outbox: { $exists: true } })).toBe(0);
  });

  it('answers the writer while the broker is away, and says how much waits and for how long', async () => {
    const { all, broker, clock, tell } = await opened();
    broker.isAway = true;

    await tell('a', 1);
    await tell('b', 1);
    await all.settled();

    clock.advance(5_000);
    expect(await all.backlog()).toEqual({ documents: 2, oldestMs: 5_000 });
    await expect(all.sweep()).rejects.toThrow(DependencyUnavailable);
    broker.isAway = false;
    expect(await all.sweep()).toBe(2);
    expect(await all.backlog()).toEqual({ documents: 0, oldestMs: 0 });
  });

  it('publishes with the next write what the one before could not, and first', async () => {
    const { all, broker, clock, tell } = await opened();
    broker.isAway = true;
    await tell('a', 1);
    await all.settled();

    broker.isAway = false;
    clock.advance(1_000); // no writer asks an absent broker again within a second
    await tell('a', 2);
    await all.settled();

    expect(broker.ids).toEqual(['a:1', 'a:2']);
  });

  it('keeps nothing of two writes that were on their way together', async () => {
    const { all, broker, tell, left } = await opened();
    broker.isSlow = true;
    await tell('a', 1);
    await tell('a', 2);

    broker.letOneGo();
    await eventually(
      () => left('a'),
      (ids) => ids?.length === 1,
    ); // the first one's is told and taken out
    broker.letOneGo();
    await all.settled();

    expect(broker.ids).toEqual(['a:1', 'a:1', 'a:2']);
    expect(await left('a')).toBeUndefined();
    expect(await all.backlog()).toMatchObject({ documents: 0 });
  });

  it('says when what a document tells has left', async () => {
    const { outbox, broker, tell, left } = await opened();
    await outbox.left('a');
    broker.isSlow = true;
    await tell('a', 1);
    const gone = outbox.left('a');

    broker.letOneGo();
    await gone;

    expect(await left('a')).toBeUndefined();
  });

  it('leaves to the sweep what comes while a thousand documents are on their way', async () => {
    const { all, outbox, broker } = await opened();
    broker.isSlow = true;

    for (let n = 0; n < 1_010; n += 1) await outbox.deliver({ _id: `n${n}`, outbox: [anEvent(`n${n}`, 1)] });
    for (let n = 0; n < 1_010; n += 1) broker.letOneGo();
    await all.settled();

    expect(broker.all).toHaveLength(1_000);
  });

  it('stalls a document with 200 entries until they have left', async () => {
    const { all, outbox, broker, clock, write, tell, left } = await opened();
    broker.isAway = true;
    await write(
      'a',
      1,
      Array.from({ length: 199 }, (_, n) => anEvent('a', n)),
    );
    await outbox.refuseIfFull('a');
    expect(await write('a', 2, [anEvent('a', 199)])).not.toBeNull();

    expect(await write('a', 3, [anEvent('a', 200)])).toBeNull();
    await expect(outbox.refuseIfFull('a')).rejects.toThrow(EventsStalled);
    expect(await left('a')).toHaveLength(200);

    broker.isAway = false;
    clock.advance(2_000);
    await all.sweep();
    await tell('a', 3);
    await all.settled();
    expect(broker.all).toHaveLength(201);
  });

  it('stores lines before the writer is answered, and each once', async () => {
    const { all, broker, clock, storedLines, tell, left } = await opened();
    broker.isAway = true;
    const line = (n: number): OutboxEntry => ({ id: `line ${n}`, kind: 'line', line: { _id: `line ${n}`, text: 'moved' } });

    await tell('a', 1, [line(1), anEvent('a', 1)]);
    expect(await storedLines.find().lean()).toEqual([{ _id: 'line 1', text: 'moved' }]);
    await tell('a', 2, [line(2)]);
    await all.settled();
    broker.isAway = false;
    clock.advance(2_000);
    await all.sweep();

    expect((await storedLines.find().lean()).map(({ _id }) => _id).sort()).toEqual(['line 1', 'line 2']);
    expect(broker.ids).toEqual(['a:1']);
    expect(await left('a')).toBeUndefined();
  });

  it('stores the lines that a crash left behind', async () => {
    const { all, clock, storedLines, write } = await opened();
    await write('a', 1, [{ id: 'line', kind: 'line', line: { _id: 'line', text: 'moved' } }]);
    clock.advance(2_000);

    expect(await all.sweep()).toBe(1);

    expect(await storedLines.countDocuments()).toBe(1);
  });

  it('loses nothing and keeps the order, whoever writes, publishes, clears and fails at the same time', async () => {
    const step = fc.record({
      document: fc.constantFrom('a', 'b'),
      dies: fc.boolean(),
      isAway: fc.boolean(),
      waitMs: fc.constantFrom(0, 0, 1_000),
    });
    const { all, outbox, broker, clock, documents, write } = await opened();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(step, { minLength: 1, maxLength: 6 }), { minLength: 2, maxLength: 5 }), async (writers) => {
        await documents.deleteMany({});
        broker.all.length = 0;
        const written = new Map<string, string[]>();
        const worker = async (steps: readonly (typeof writers)[number][number][]) => {
          for (const { document, dies, isAway, waitMs } of steps) {
            broker.isAway = isAway;
            clock.advance(waitMs);
            for (let isWritten = false; !isWritten;) {
              const revision = ((await documents.findOne({ _id: document }).lean<Note>())?.revision ?? 0) + 1;
              const event = anEvent(document, revision);
              const after = await write(document, revision, [event]).catch(() => null); // two first writes: one of them is refused
              isWritten = after !== null;
              if (after) written.set(document, [...(written.get(document) ?? []), event.id]);
              if (after && !dies) await outbox.deliver(after);
            }
          }
        };
        await Promise.all(writers.map(worker));
        await all.settled();
        broker.isAway = false;
        clock.advance(3_000);
        await all.sweep();

        for (const [document, ids] of written) {
          const told = [...new Set(broker.ids.filter((id) => id.startsWith(`${document}:`)))];
          expect(told).toEqual(ids.map((_, n) => `${document}:${n + 1}`));
        }
        expect(await documents.countDocuments({ $or: [{ outbox: { $exists: true } }, { outboxSince: { $exists: true } }] })).toBe(0);
      }),
      { numRuns: 40 },
    );
  });
});

function theEvent(document: string, n: number): DomainEvent {
  const envelope = {
    id: `${document}:${n}`,
    type: 'note.written.v1',
    source: 'carillon/test',
    time: '2026-01-01T00:00:00.000Z',
    data: { n },
  };
  return { topic: 'push.note', key: document, envelope };
}

function anEvent(document: string, n: number): OutboxEntry {
  return entryOf(theEvent(document, n));
}
