import { newId } from '#libs/kernel';
import { createReadStream, createWriteStream, mkdirSync, type ReadStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { StorageFailure } from '../storage-failure.ts';
import { FileKeeper, FileMissing, checkedName } from './file-keeper.ts';

const readBytes = 262_144;

/** Files in a folder of this machine, readable by its owner alone; what is written stands under another name until it is whole. */
export class FolderFileKeeper extends FileKeeper {
  constructor(private readonly folder: string) {
    super();
  }

  async write(name: string, bytes: AsyncIterable<Uint8Array>): Promise<number> {
    const path = this.#path(name);
    const unfinished = `${path}.${newId()}.new`;
    let sourceFailure: unknown;
    const source = watched(bytes, (error) => {
      sourceFailure = error;
    });
    try {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      await pipeline(source, createWriteStream(unfinished, { mode: 0o600, flush: true }));
      const { size } = await stat(unfinished);
      await rename(unfinished, path);
      return size;
    } catch (error) {
      await rm(unfinished, { force: true });
      throw sourceFailure ?? worldly(error);
    }
  }

  async *read(name: string, from = 0): AsyncIterable<Buffer> {
    const stream: ReadStream = createReadStream(this.#path(name), { start: from, highWaterMark: readBytes });
    try {
      yield* stream as AsyncIterable<Buffer>;
    } catch (error) {
      throw isMissing(error) ? new FileMissing(name, { cause: error }) : worldly(error);
    } finally {
      stream.destroy();
    }
  }

  async removeFolder(folder: string): Promise<void> {
    await rm(this.#path(folder), { recursive: true, force: true });
  }

  #path(name: string): string {
    return join(this.folder, checkedName(name));
  }
}

/** What goes wrong with the source is the source's affair, and not the disk's. */
async function* watched(bytes: AsyncIterable<Uint8Array>, failed: (error: unknown) => void): AsyncGenerator<Uint8Array> {
  try {
    yield* bytes;
  } catch (error) {
    failed(error);
    throw error;
  }
}

/** A full or broken disk and a folder that cannot be used are the world's fault. */
function worldly(error: unknown): unknown {
  const isOfDisk = ['ENOSPC', 'EDQUOT', 'EIO', 'EROFS', 'EACCES', 'EPERM', 'EMFILE', 'ENFILE'].includes(String(codeOf(error)));
  return isOfDisk ? new StorageFailure('the data folder', { cause: error }) : error;
}

function isMissing(error: unknown): boolean {
  return codeOf(error) === 'ENOENT';
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
