import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection, type Connection, type mongo } from 'mongoose';
import { describeWithEngines } from '../../src/engines/describe-with-engines.ts';
import type { Engine } from '../../src/engines/engine-process.ts';
import { startMongodb } from '../../src/engines/start-mongodb.ts';
import { TestQueries, type TestDocument, type TestQuery } from './test-queries.ts';

type Documents = mongo.Collection<TestDocument>;

const rounds = 4;
const steps = 20;
const increment: Record<string, object> = { $inc: { n: 1 } };
const uniqueIndex = { key: { key: 1 }, unique: true, sparse: true } as const;

describeWithEngines('the MongoDB-protocol server', () => {
  const folder = mkdtempSync(join(tmpdir(), 'carillon-mongodb-server-'));
  let server: Engine;
  let connection: Connection;

  async function open(): Promise<void> {
    server = await startMongodb({ folder });
    connection = await createConnection(`mongodb://${server.address}`, { dbName: 'indexes' }).asPromise();
  }

  async function close(signal?: NodeJS.Signals): Promise<void> {
    await connection.close();
    await server.stop(signal);
  }

  function collection(name: string): Documents {
    return connection.getClient().db('indexes').collection<TestDocument>(name);
  }

  beforeAll(open);

  afterAll(async () => {
    await close();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(Array.from({ length: rounds }, (_, seed) => seed))(
    'answers with indexes as it does without, also from a file that it opens again (seed %i)',
    async (seed) => {
      const queries = new TestQueries(seed, seed % 2 === 1);
      const pair = () => [collection(`indexed-${seed}`), collection(`plain-${seed}`)] as const;
      await declareIndexes(pair()[0]);
      for (let step = 0; step < steps; step++) {
        if (step === steps / 2) {
          await close();
          await open();
        }
        const documents = queries.documents();
        for (const each of pair()) if (documents.length > 0) await each.insertMany(documents.map((document) => ({ ...document })));
        await compareReads(...pair(), queries.query());
        await compareWrites(...pair(), queries);
      }
      expect(await everything(pair()[0])).toEqual(await everything(pair()[1]));
    },
    180_000,
  );

  it('refuses what a unique index holds, and holds nothing of documents without the field', async () => {
    const documents = collection('unique');
    await documents.createIndexes([uniqueIndex]);
    await documents.insertMany([{ _id: 'a', key: 1 }, { _id: 'b' }, { _id: 'c' }, { _id: 'd', key: 2 }]);

    await expect(documents.insertOne({ _id: 'e', key: 1 })).rejects.toThrow('E11000');
    await expect(documents.updateOne({ _id: 'd' }, { $set: { key: 1 } })).rejects.toThrow('E11000');
    await documents.updateOne({ _id: 'a' }, { $unset: { key: 1 } });
    await documents.updateOne({ _id: 'd' }, { $set: { key: 1 } });

    expect(await documents.find({ key: { $gte: 0 } }).toArray()).toEqual([{ _id: 'd', key: 1 }]);
    expect(await documents.distinct('_id', { key: null })).toEqual(['a', 'b', 'c']);
  });

  it('forgets the keys of a collection that was dropped', async () => {
    const documents = collection('dropped');
    await documents.createIndexes([{ key: { a: 1 } }]);
    await documents.insertOne({ _id: 'x', a: 1 });

    await documents.drop();
    await documents.createIndexes([{ key: { a: 1 } }]);
    await documents.insertOne({ _id: 'y', a: 1 });

    expect(await documents.find({ a: { $gt: 0 } }).toArray()).toEqual([{ _id: 'y', a: 1 }]);
  });
});

async function declareIndexes(documents: Documents): Promise<void> {
  await documents.createIndexes([
    { key: { a: 1, b: -1, _id: 1 } },
    { key: { b: 1 } },
    { key: { c: -1, a: -1 } },
    { key: { due: 1 }, sparse: true },
    { key: { 'in.x': 1, c: 1 }, sparse: true },
    uniqueIndex,
  ]);
}

/** No index helps inside of `$or`, so that this looks at all documents. */
function unaided(filter: object): object {
  return { $or: [filter] };
}

async function compareReads(indexed: Documents, plain: Documents, { filter, sort, skip, limit }: TestQuery): Promise<void> {
  const found = await indexed.find(filter, { sort, skip, limit }).toArray();
  const sorted = await plain.find(unaided(filter), { sort }).toArray();
  expect({ filter, sort, found }).toEqual({ filter, sort, found: sorted.slice(skip, skip + limit) });

  const unsorted = await indexed.find(filter).toArray();
  expect({ filter, ids: idsOf(unsorted) }).toEqual({ filter, ids: idsOf(sorted) });

  const counts = await Promise.all([indexed.countDocuments(filter), plain.countDocuments(unaided(filter))]);
  expect({ filter, count: counts[0] }).toEqual({ filter, count: counts[1] });

  const [values, all] = await Promise.all([indexed.distinct('_id', filter), plain.distinct('_id', unaided(filter))]);
  expect({ filter, values }).toEqual({ filter, values: all });
}

async function compareWrites(indexed: Documents, plain: Documents, queries: TestQueries): Promise<void> {
  const many = queries.filter();
  const update = queries.update();
  const updated = await Promise.all([indexed.updateMany(many, update), plain.updateMany(unaided(many), update)]);
  expect({ many, counts: countsOf(updated[0]) }).toEqual({ many, counts: countsOf(updated[1]) });

  const { filter, sort } = queries.query();
  const [first] = await plain.find(unaided(filter), { sort }).toArray();
  const changed = await indexed.findOneAndUpdate(filter, increment, { sort });
  if (first) await plain.updateOne({ _id: first._id }, increment);
  expect({ filter, sort, changed }).toEqual({ filter, sort, changed: first ?? null });

  const gone = queries.rareFilter();
  const deleted = await Promise.all([indexed.deleteMany(gone), plain.deleteMany(unaided(gone))]);
  expect({ gone, count: deleted[0].deletedCount }).toEqual({ gone, count: deleted[1].deletedCount });
}

function countsOf({ matchedCount, modifiedCount }: mongo.UpdateResult): number[] {
  return [matchedCount, modifiedCount];
}

function idsOf(documents: readonly TestDocument[]): string[] {
  return documents.map(({ _id }) => _id).sort();
}

async function everything(documents: Documents): Promise<TestDocument[]> {
  return documents.find(unaided({}), { sort: { _id: 1 } }).toArray();
}
