import { describeWithEngines } from '#libs/testing/engines';
import { testMongoStore } from '#libs/testing/store';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { erasureListContract } from '../../src/erasures/erasure-list.contract.ts';
import { FileErasureList } from '../../src/erasures/file-erasure-list.ts';
import { MongoErasureList } from '../../src/erasures/mongo-erasure-list.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'carillon-erasures-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

erasureListContract('A file', async () => {
  const file = join(folder, 'erasures.ndjson');
  return { list: new FileErasureList(file), again: async () => new FileErasureList(file) };
});

it('overlooks a line that a crash cut off, and no other', async () => {
  const file = join(folder, 'erasures.ndjson');
  const list = new FileErasureList(file);
  const erasure = { id: 'e1', app: 'shop', person: 'erased-x', userIds: ['u1'], at: 1 };
  await list.add(erasure);
  appendFileSync(file, '\n{"id":"e2","ap');
  await list.add({ ...erasure, id: 'e3' });

  const ids: string[] = [];
  for await (const { id } of list.all()) ids.push(id);

  expect(ids).toEqual(['e1', 'e3']);
});

describeWithEngines('a list of erasures on MongoDB', ({ MONGODB_URI }) => {
  const stores: Awaited<ReturnType<typeof testMongoStore>>[] = [];

  afterAll(async () => {
    for (const store of stores) {
      await store.drop();
      await store.close();
    }
  });

  erasureListContract('A database of its own', async () => {
    const store = await testMongoStore(MONGODB_URI, []);
    stores.push(store);
    return { list: new MongoErasureList(store), again: async () => new MongoErasureList(store) };
  });
});
