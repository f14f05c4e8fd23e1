import { describeWithEngines } from '#libs/testing/engines';
import { testMongoStore } from '#libs/testing/store';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileKeeperContract } from '../../src/files/file-keeper.contract.ts';
import { FolderFileKeeper } from '../../src/files/folder-file-keeper.ts';
import { MongoFileKeeper, fileCollections } from '../../src/files/mongo-file-keeper.ts';

describe('files in a folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'carillon-files-'));
  let opened = 0;

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  fileKeeperContract('A folder', async () => new FolderFileKeeper(join(folder, String((opened += 1)))));

  it('leaves nothing of a write that broke off', async () => {
    const keeper = new FolderFileKeeper(join(folder, 'broken'));

    await expect(keeper.write('a/1', brokenOff())).rejects.toThrow('gone');

    expect(readdirSync(join(folder, 'broken', 'a'))).toEqual([]);
  });
});

async function* brokenOff(): AsyncGenerator<Buffer> {
  yield Buffer.from('half');
  throw new Error('gone');
}

describeWithEngines('files on MongoDB', ({ MONGODB_URI }) => {
  fileKeeperContract('MongoDB', async () => {
    const store = await testMongoStore(MONGODB_URI, fileCollections);
    stores.push(store);
    return new MongoFileKeeper(store);
  });

  const stores: Awaited<ReturnType<typeof testMongoStore>>[] = [];

  afterAll(async () => {
    for (const store of stores) {
      await store.drop();
      await store.close();
    }
  });
});
