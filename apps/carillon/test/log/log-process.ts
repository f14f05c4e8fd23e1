import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { LogJob, LogReport } from './log-job.ts';

const root = resolve(import.meta.dirname, '../../../..');

type Reports<K extends LogReport['kind']> = Extract<LogReport, { kind: K }>[];

/** How a process around the log ended, and what it said before. */
export class LogRun {
  constructor(
    readonly code: number | null,
    readonly signal: NodeJS.Signals | null,
    private readonly reports: readonly LogReport[],
  ) {}

  said<K extends LogReport['kind']>(kind: K): Reports<K> {
    return this.reports.filter((report) => report.kind === kind) as Reports<K>;
  }
}

/** Processes, one after the other, on one log. */
export class LogFile {
  readonly #folder = mkdtempSync(join(tmpdir(), 'carillon-log-'));

  /** `heapMb`: how much memory its objects may take; more ends it. */
  async run(job: LogJob, heapMb = 512): Promise<LogRun> {
    const program = 'dist/apps/carillon/test/log/log-program.js';
    const child = spawn(
      process.execPath,
      ['--enable-source-maps', `--max-old-space-size=${heapMb}`, program, join(this.#folder, 'log.db'), JSON.stringify(job)],
      { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const reports: LogReport[] = [];
    createInterface(child.stdout).on('line', (line) => reports.push(JSON.parse(line) as LogReport));
    const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
    return new LogRun(code, signal, reports);
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }
}
