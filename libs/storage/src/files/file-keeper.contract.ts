import { FileMissing, type FileKeeper } from './file-keeper.ts';

/** What every adapter of FileKeeper promises. */
export function fileKeeperContract(adapter: string, open: () => Promise<FileKeeper>): void {
  describe(`${adapter} as a keeper of files`, () => {
    it('gives back what was written, from any place on', async () => {
      const keeper = await open();
      const bytes = Buffer.from(Array.from({ length: 2_500_000 }, (_, at) => at % 251));

      expect(await keeper.write('a/1', inSteps(bytes, 70_001))).toBe(bytes.length);

      for (const from of [0, 1, 1_048_575, 1_048_576, 2_499_999, 2_500_000]) {
        expect((await read(keeper, 'a/1', from)).equals(bytes.subarray(from))).toBe(true);
      }
    });

    it('keeps the old file until a new one is whole, and for ever where that breaks off', async () => {
      const keeper = await open();
      await keeper.write('a/1', inSteps(Buffer.from('old'), 2));

      await expect(keeper.write('a/1', brokenOff(Buffer.from('new')))).rejects.toThrow('broken off');
      expect((await read(keeper, 'a/1')).toString()).toBe('old');

      await keeper.write('a/1', inSteps(Buffer.from('new'), 2));
      expect((await read(keeper, 'a/1')).toString()).toBe('new');
    });

    it('keeps an empty file', async () => {
      const keeper = await open();

      expect(await keeper.write('a/1', inSteps(Buffer.alloc(0), 1))).toBe(0);

      expect(await read(keeper, 'a/1')).toHaveLength(0);
    });

    it('removes a folder, and nothing beside it', async () => {
      const keeper = await open();
      for (const name of ['a/1', 'a/2', 'ab/1']) await keeper.write(name, inSteps(Buffer.from(name), 2));

      await keeper.removeFolder('a');
      await keeper.removeFolder('never-there');

      await expect(read(keeper, 'a/1')).rejects.toThrow(FileMissing);
      await expect(read(keeper, 'a/2')).rejects.toThrow(FileMissing);
      expect((await read(keeper, 'ab/1')).toString()).toBe('ab/1');
    });

    it('takes no name that leads elsewhere', async () => {
      const keeper = await open();

      for (const name of ['../a', '/a', 'a//b', 'a/..', '', 'a\\b']) {
        await expect(keeper.write(name, inSteps(Buffer.from('x'), 1))).rejects.toThrow('no name');
      }
    });
  });
}

async function* inSteps(bytes: Buffer, step: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += step) yield bytes.subarray(at, at + step);
}

async function* brokenOff(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
  throw new Error('broken off');
}

async function read(keeper: FileKeeper, name: string, from?: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of keeper.read(name, from)) pieces.push(piece);
  return Buffer.concat(pieces);
}
