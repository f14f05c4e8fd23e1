import { FolderFileKeeper } from '#libs/storage';

/** Where files for others are put: under a name, whole or not at all, over what had the name before. */
export abstract class FilePlace {
  /** `folder` or `s3`, as it is shown. */
  abstract readonly kind: 'folder' | 's3';
  /** Resolves with the length once it is there. Throws DependencyUnavailable. */
  abstract put(name: string, bytes: AsyncIterable<Uint8Array>): Promise<number>;
}

export class FolderPlace extends FilePlace {
  readonly kind = 'folder';
  readonly #files: FolderFileKeeper;

  constructor(folder: string) {
    super();
    this.#files = new FolderFileKeeper(folder);
  }

  async put(name: string, bytes: AsyncIterable<Uint8Array>): Promise<number> {
    return this.#files.write(name, bytes);
  }
}
