import { createReadStream, existsSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { StorageFailure } from '../storage-failure.ts';
import { ErasureList, type ListedErasure } from './erasure-list.ts';

/** A line of JSON for each erasure in a file of its own, which is not part of the database. A line that a crash cut off is overlooked: it was not answered. */
export class FileErasureList extends ErasureList {
  constructor(private readonly file: string) {
    super();
  }

  async add(erasure: ListedErasure): Promise<void> {
    try {
      // Its own line, whatever a crash left of the one before.
      await appendFile(this.file, `\n${JSON.stringify(erasure)}\n`, { mode: 0o600, flush: true });
    } catch (error) {
      throw new StorageFailure('the list of erasures', { cause: error });
    }
  }

  async *all(): AsyncIterable<ListedErasure> {
    if (!existsSync(this.file)) return;
    const seen = new Set<string>();
    for await (const line of createInterface({ input: createReadStream(this.file) })) {
      const erasure = read(line);
      if (!erasure || seen.has(erasure.id)) continue;
      seen.add(erasure.id);
      yield erasure;
    }
  }
}

function read(line: string): ListedErasure | undefined {
  try {
    return JSON.parse(line) as ListedErasure;
  } catch {
    return undefined;
  }
}
