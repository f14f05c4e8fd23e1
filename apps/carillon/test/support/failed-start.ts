import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { compileCache } from './compile-cache.ts';

const root = resolve(import.meta.dirname, '../../../..');
const deadlineMs = 90_000;

const defaults = {
  PATH: process.env['PATH'],
  ...compileCache,
  PORT: '0',
  SIMULATOR_CONTROL_PORT: '0',
  CARILLON_DEMO: 'false',
};

const server = 'dist/apps/carillon/src/main.js';

export interface FailedStart {
  readonly code: number | null;
  /** What it said on standard error, line by line. */
  readonly words: readonly string[];
  /** Everything it logged. */
  readonly log: string;
}

/** Starts the compiled server, or another program, with these settings alone and waits until it has ended; after a minute and a half it is ended. */
export async function failedStart(settings: NodeJS.ProcessEnv, program = server): Promise<FailedStart> {
  const child = spawn(process.execPath, ['--enable-source-maps', program], {
    cwd: root,
    env: { ...defaults, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [words, log] = ['', ''];
  child.stderr.on('data', (data: Buffer) => (words += data.toString()));
  child.stdout.on('data', (data: Buffer) => (log += data.toString()));
  const late = setTimeout(() => child.kill('SIGKILL'), deadlineMs);
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(late);
  return { code, words: words.trimEnd().split('\n'), log };
}
