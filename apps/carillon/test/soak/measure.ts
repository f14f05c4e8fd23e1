import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Platform } from '../support/platform.ts';

/** What must not grow, at one moment. */
export interface Sample {
  readonly atSeconds: number;
  readonly memoryMb: number;
  readonly fileHandles: number;
  readonly timers: number;
  readonly databaseMb: number;
  readonly walMb: number;
  /** Events in the embedded log. */
  readonly logRecords: number;
  /** Pages, attempts and results of sends. */
  readonly messageRows: number;
}

export type Measure = Exclude<keyof Sample, 'atSeconds'>;

const mb = 1024 * 1024;
const counted = ['pages', 'attempts', 'results'];

/** Looks at a running platform from outside: its process (Linux), its metrics and its files. */
export async function measure(platform: Platform, atSeconds: number): Promise<Sample> {
  const pid = platform.process.serverPid;
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const data = join(platform.folder, 'data');
  const { body: metrics } = await platform.call<string>('GET', '/metrics');
  const database = new DatabaseSync(join(data, 'carillon.db'), { readOnly: true });
  try {
    const rows = (table: string) => Number(database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.['n']);
    return {
      atSeconds,
      memoryMb: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024,
      fileHandles: readdirSync(`/proc/${pid}/fd`).length,
      timers: Number(/^nodejs_active_resources\{type="Timeout"\} (\d+)/m.exec(metrics)?.[1] ?? 0),
      databaseMb: statSync(join(data, 'carillon.db')).size / mb,
      walMb: statSync(join(data, 'carillon.db-wal')).size / mb,
      logRecords: rows('log_records'),
      messageRows: counted.reduce((sum, table) => sum + rows(table), 0),
    };
  } finally {
    database.close();
  }
}

interface Bound {
  /** The last third may be larger than the third before by this share … */
  readonly share: number;
  /** … and so much. */
  readonly slack: number;
}

/** Sends with their sums, and the token ledger, are kept for ever: the file grows by them and by nothing else. */
const bounds: Readonly<Record<Measure, Bound>> = {
  memoryMb: { share: 0.15, slack: 20 },
  fileHandles: { share: 0.25, slack: 15 },
  timers: { share: 0.25, slack: 10 },
  databaseMb: { share: 0.15, slack: 8 },
  walMb: { share: 0.25, slack: 36 },
  logRecords: { share: 0.25, slack: 300 },
  messageRows: { share: 0.25, slack: 100 },
};

export interface Growth {
  readonly measure: Measure;
  readonly middle: number;
  readonly last: number;
  readonly isFlat: boolean;
}

/** The means of the middle and the last third of the samples, by measure: the first third is for caches and retention to fill up. */
export function growth(samples: readonly Sample[]): readonly Growth[] {
  const third = Math.floor(samples.length / 3);
  return (Object.keys(bounds) as Measure[]).map((name) => {
    const mean = (part: readonly Sample[]) => part.reduce((sum, sample) => sum + sample[name], 0) / part.length;
    const [middle, last] = [mean(samples.slice(-2 * third, -third)), mean(samples.slice(-third))];
    const { share, slack } = bounds[name];
    return { measure: name, middle, last, isFlat: last <= middle * (1 + share) + slack };
  });
}
