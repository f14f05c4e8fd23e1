import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** A time in which a server's main thread did one thing only. */
export interface HeldUp {
  /** UNIX time, ms. */
  readonly from: number;
  /** By the clock on the wall, which runs on while others use the processor. */
  readonly ms: number;
  /** What the thread itself worked. */
  readonly cpuMs: number;
}

/** Sees how long the main thread of a server is held up; start the server with `env`. */
export class HeldUpWatch {
  readonly #folder = mkdtempSync(join(tmpdir(), 'carillon-loop-'));
  readonly #file = join(this.#folder, 'held-up.ndjson');

  constructor() {
    writeFileSync(this.#file, '');
  }

  get env(): NodeJS.ProcessEnv {
    return { LOOP_WATCH_FILE: this.#file, NODE_OPTIONS: `--import=${resolve(import.meta.dirname, 'loop-watch.ts')}` };
  }

  /** All that touch the time from `from` to `to` (UNIX time, ms); those under 40 ms of work are not written down. */
  during(from: number, to: number): HeldUp[] {
    const lines = readFileSync(this.#file, 'utf8').split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line) as HeldUp).filter((held) => held.from < to && held.from + held.ms > from);
  }

  end(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
