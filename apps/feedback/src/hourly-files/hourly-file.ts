import { isoTime } from '#libs/kernel';

export const FILE_HOUR_MS = 3_600_000;
/** An hour is written so long after its end: what was on its way into the log has come by then. */
const settledMs = 60_000;

/** How far the facts of an app are in files. Feedback alone writes it. */
export interface FilesPosition {
  readonly app: string;
  /** 1 at first, +1 with every save. */
  readonly revision: number;
  /** The next hour to be written, in hours since 1970. */
  readonly hour: number;
  /** Where its facts begin, in each partition of `push.activity`: each fact is in one file, whatever clocks say. */
  readonly offsets: readonly number[];
  /** Where they end; null until that is decided. It is decided before the file is written, so whoever writes it writes the same. */
  readonly until: readonly number[] | null;
  /** The last file; null where none was written yet. */
  readonly last: HourlyFile | null;
}

export interface HourlyFile {
  readonly name: string;
  readonly facts: number;
  /** Compressed. */
  readonly bytes: number;
  readonly writtenAt: number;
}

/** `shop/2026/01/31/09.ndjson.gz`, in UTC: the same for an hour whenever it is written. */
export function fileNameOf(app: string, hour: number): string {
  const [date = '', time = ''] = isoTime(hour * FILE_HOUR_MS).split('T');
  return `${app}/${date.replaceAll('-', '/')}/${time.slice(0, 2)}.ndjson.gz`;
}

export function fileHourOf(at: number): number {
  return Math.floor(at / FILE_HOUR_MS);
}

export function isOver(hour: number, now: number): boolean {
  return now >= (hour + 1) * FILE_HOUR_MS + settledMs;
}

/** How long ago the oldest hour ended that is not in a file, ms; 0 where all are. */
export function behindMs({ hour }: Pick<FilesPosition, 'hour'>, now: number): number {
  return Math.max(0, now - (hour + 1) * FILE_HOUR_MS);
}
