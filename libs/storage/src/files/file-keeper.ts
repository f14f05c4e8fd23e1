import { PushError } from '#libs/kernel';

/** Nothing is kept under this name, or no more. */
export class FileMissing extends PushError {
  readonly code = 'file_missing';
  readonly retryable = false;

  constructor(
    readonly file: string,
    options?: ErrorOptions,
  ) {
    super(`The file ${file} is not there`, options);
  }
}

/**
 * Files too long for a document, such as the parts of an import, kept until whoever wrote them removes them. A name is words joined by `/`; what comes
 * before the last one is its folder. Memory is bounded whatever the length. All calls may throw DependencyUnavailable.
 */
export abstract class FileKeeper {
  /**
   * Keeps a file, in place of one of the same name, whole or not at all: until the last byte is stored, and for ever where the source fails, the old one
   * stays. Answers its length in bytes. Throws what the source throws.
   */
  abstract write(name: string, bytes: AsyncIterable<Uint8Array>): Promise<number>;
  /** The bytes from `from` on (default 0). Throws FileMissing. */
  abstract read(name: string, from?: number): AsyncIterable<Buffer>;
  /** Removes every file of a folder, and what broken-off writes left there. */
  abstract removeFolder(folder: string): Promise<void>;
}

const wellFormed = /^[A-Za-z0-9_-][A-Za-z0-9_.-]*(?:\/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*$/;

/** Throws where a name could lead out of the place that files are kept in: a fault of ours. */
export function checkedName(name: string): string {
  if (!wellFormed.test(name)) throw new Error('This is no name of a file');
  return name;
}
