import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../../../..');
const deadlineMs = 90_000;

const defaults = {
  PATH: process.env['PATH'],
  NODE_COMPILE_CACHE: join(tmpdir(), 'carillon-compiled'),
  PORT: '0',
  SIMULATOR_CONTROL_PORT: '0',
  CARILLON_DEMO: 'false',
};

export interface FailedStart {
  readonly code: number | null;
  /** What it said on standard error, line by line. */
  readonly words: readonly string[];
  /** Everything it logged. */
  readonly log: string;
}

/** Starts the compiled server with these settings alone and waits until it has given up; after a minute and a half it is ended. */
export async function failedStart(settings: NodeJS.ProcessEnv): Promise<FailedStart> {
  const server = spawn(process.execPath, ['--enable-source-maps', 'dist/apps/carillon/src/main.js'], {
    cwd: root,
    env: { ...defaults, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [words, log] = ['', ''];
  server.stderr.on('data', (data: Buffer) => (words += data.toString()));
  server.stdout.on('data', (data: Buffer) => (log += data.toString()));
  const late = setTimeout(() => server.kill('SIGKILL'), deadlineMs);
  const [code] = (await once(server, 'close')) as [number | null];
  clearTimeout(late);
  return { code, words: words.trimEnd().split('\n'), log };
}
