import type { FilesPosition } from './hourly-file.ts';

/** How far apps are in files. All calls may throw DependencyUnavailable. */
export abstract class HourlyFileStore {
  abstract find(app: string): Promise<FilesPosition | undefined>;
  /** The one that is furthest behind; undefined where there is none. */
  abstract furthestBehind(): Promise<FilesPosition | undefined>;
  /** Revision 1 is an insert. Throws StaleRevision. */
  abstract save(position: FilesPosition): Promise<void>;
  abstract remove(app: string): Promise<void>;
}
