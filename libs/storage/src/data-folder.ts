import { note } from '#libs/kernel';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DataFolderInUse, DataFolderUnusable } from './data-folder-errors.ts';

/** The folder that holds everything the embedded runtime keeps; owned by one process at a time, readable by its user alone. */
export class DataFolder {
  #lock: DatabaseSync | undefined;

  private constructor(readonly path: string) {}

  /** Makes the folder where it is missing and takes it. Throws DataFolderUnusable or DataFolderInUse. */
  static take(path: string): DataFolder {
    const folder = new DataFolder(path);
    try {
      makeFolder(resolve(path));
      chmodSync(path, 0o700);
    } catch (error) {
      throw new DataFolderUnusable(path, { cause: error });
    }
    folder.#take();
    return folder;
  }

  file(name: string): string {
    return join(this.path, name);
  }

  /** The text of a secret file; written first, by `make`, where there is none. Mode 0600. Throws DataFolderUnusable. */
  secret(name: string, make: () => string): { readonly text: string; readonly created: boolean } {
    const file = this.file(name);
    try {
      if (existsSync(file)) return { text: readFileSync(file, 'utf8').trim(), created: false };
      const text = make();
      // Under another name first: a start that dies here, or finds no room, leaves no secret that is empty or cut.
      writeFileSync(`${file}.new`, `${text}\n`, { mode: 0o600 });
      renameSync(`${file}.new`, file);
      note('key made', { file });
      return { text, created: true };
    } catch (error) {
      throw new DataFolderUnusable(this.path, { cause: error });
    }
  }

  release(): void {
    this.#lock?.close();
    this.#lock = undefined;
  }

  /** The operating system drops the lock with the process, however it ends. */
  #take(): void {
    try {
      this.#lock = new DatabaseSync(this.file('carillon.lock'));
      this.#lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; CREATE TABLE IF NOT EXISTS held (pid INTEGER); COMMIT;');
    } catch (error) {
      const inUse = error instanceof Error && /locked|busy/.test(error.message);
      throw inUse ? new DataFolderInUse(this.path, { cause: error }) : new DataFolderUnusable(this.path, { cause: error });
    }
  }
}

/** `mkdir -p`. Node's own never returns where a file system, such as /proc, says ENOENT for a folder whose parent exists. */
function makeFolder(path: string): void {
  if (existsSync(path)) {
    mkdirSync(path, { recursive: true }); // throws where it is no folder
    return;
  }
  makeFolder(dirname(path));
  mkdirSync(path, { mode: 0o700 });
}
