import { DependencyUnavailable } from '#libs/kernel';
import { describeWithEngines, freePort, startMongodb } from '#libs/testing/engines';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mongoCollection } from '../../src/mongo/mongo-collection.ts';
import { isDuplicateKey, wereAllThere } from '../../src/mongo/mongo-failure.ts';
import { MongoStore } from '../../src/mongo/mongo-store.ts';
import { QueryNotes, testMongoStore } from '#libs/testing/store';

interface Thing {
  readonly _id: string;
  readonly name?: string;
}

const things = mongoCollection<Thing>('things', { name: String }, [{ fields: { name: 1 }, unique: true, sparse: true }]);

describeWithEngines('the document store on MongoDB', ({ MONGODB_URI }) => {
  let store: MongoStore;

  beforeEach(async () => {
    store = await testMongoStore(MONGODB_URI, [things]);
  });

  afterEach(async () => {
    await store.drop();
    await store.close();
  });

  it('has the indexes that the collection declares, and no others', async () => {
    await store.prepare([things]);

    const indexes = await store.model(things).listIndexes();

    expect(indexes.map((index: { key: object; unique?: boolean; sparse?: boolean }) => [index.key, index.unique, index.sparse])).toEqual(
      expect.arrayContaining([
        [{ _id: 1 }, undefined, undefined],
        [{ name: 1 }, true, true],
      ]),
    );
    expect(indexes).toHaveLength(2);
  });

  it('says which index refused a document', async () => {
    const documents = store.model(things);
    await documents.insertMany([{ _id: 'a', name: 'same' }, { _id: 'b' }, { _id: 'c' }]);

    const [sameId, sameName] = await Promise.all([
      caught(documents.insertMany([{ _id: 'a' }])),
      caught(documents.updateOne({ _id: 'b' }, { name: 'same' })),
    ]);

    expect([isDuplicateKey(sameId), isDuplicateKey(sameId, 'name')]).toEqual([true, false]);
    expect([isDuplicateKey(sameName), isDuplicateKey(sameName, 'name')]).toEqual([false, true]);
  });

  it('inserts of many what is not there yet', async () => {
    const documents = store.model(things);
    await documents.insertMany([{ _id: 'b' }]);

    const failure = await caught(documents.insertMany([{ _id: 'a' }, { _id: 'b' }, { _id: 'c' }], { ordered: false }));

    expect(wereAllThere(failure)).toBe(true);
    expect(await documents.countDocuments()).toBe(3);
  });

  it('refuses a field that is not declared', async () => {
    const unknown: Record<string, unknown> = { _id: 'a', colour: 'red' };

    await expect(store.model(things).insertMany([unknown])).rejects.toThrow('colour');
  });

  it('tells in a test which queries no declared index serves', async () => {
    const documents = store.model(things);
    const notes = new QueryNotes();
    await notes.start();
    try {
      await documents.find({ name: { $gt: 'a' } }).sort({ name: -1 });
      await documents.updateOne({ _id: { $in: ['a'] }, name: 'b' }, { $unset: { name: 1 } });
      await documents.aggregate([{ $match: { name: 'a' } }]);
      await documents.bulkWrite([{ deleteOne: { filter: { _id: 'a' } } }]);
      expect(notes.unserved([things])).toEqual([]);

      await documents.find({ _id: 'a' }).sort({ name: 1 });
      await documents.countDocuments({ name: { $ne: 'a' } });
      await documents.aggregate([{ $group: { _id: '$name' } }]);
      await documents.deleteMany({ name: { $exists: false } });
    } finally {
      notes.stop();
    }

    expect(notes.all).toHaveLength(8);
    expect(notes.unserved([things]).map(({ call }) => call)).toEqual(['find', 'countDocuments', 'aggregate', 'deleteMany']);
  });

  describe('whose server goes away', () => {
    const folder = mkdtempSync(join(tmpdir(), 'carillon-mongodb-'));
    const open: (() => Promise<void>)[] = [];

    afterAll(async () => {
      for (const close of open.reverse()) await close();
      rmSync(folder, { recursive: true });
    });

    it('is unavailable until it is back', async () => {
      const port = await freePort();
      const options = { uri: `mongodb://127.0.0.1:${port}`, database: 'x', selectionMs: 10_000 }; // a machine may be busy
      await expect(MongoStore.connect({ ...options, selectionMs: 500 })).rejects.toThrow(DependencyUnavailable);

      const first = await startMongodb({ folder, port });
      open.push(() => first.stop());
      const own = await MongoStore.connect(options);
      open.push(() => own.close());
      const documents = own.model(things);
      await documents.insertMany([{ _id: 'a' }]);
      await first.stop();
      const one = () => documents.findOne({ _id: 'a' }).lean();
      const calls = [one, () => documents.insertMany([{ _id: 'b' }]), () => documents.aggregate([{ $match: {} }]), () => own.ping()];
      await Promise.all(calls.map((call) => expect(call()).rejects.toThrow(DependencyUnavailable)));

      const second = await startMongodb({ folder, port });
      open.push(() => second.stop());
      expect(await one()).toEqual({ _id: 'a' });
    });
  });
});

async function caught(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}
