import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { compileCache } from './compile-cache.ts';

const root = resolve(import.meta.dirname, '../../../..');
const keptLines = 2_000;

/** A script of package.json, run as a user runs it. The server that npm starts is a process below npm's own. */
export class NpmProcess {
  /** The last lines it printed. */
  readonly output: string[] = [];
  #npm: ChildProcess | undefined;
  #serverPid: number | undefined;

  constructor(
    private readonly script: string,
    private readonly env: NodeJS.ProcessEnv,
    /** The clone whose script it is; this one unless said. */
    private readonly clone = root,
  ) {}

  get isRunning(): boolean {
    return this.#npm !== undefined && this.#npm.exitCode === null && this.#npm.signalCode === null;
  }

  /** The process that was ready last. */
  get serverPid(): number {
    if (this.#serverPid === undefined) throw new Error(`npm run ${this.script} has not been ready yet`);
    return this.#serverPid;
  }

  /** Starts it and waits for a line that holds `ready`. Throws what it printed when it ends first, or says nothing for too long. */
  async start(ready: string, deadlineMs: number, more: NodeJS.ProcessEnv = {}, args: readonly string[] = []): Promise<void> {
    const npm = spawn('npm', ['run', this.script, '--', ...args], {
      cwd: this.clone,
      env: { ...process.env, ...compileCache, ...this.env, ...more },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    this.#npm = npm;
    this.#serverPid = undefined;
    npm.stderr.on('data', (data: Buffer) => {
      this.#keep(data.toString());
    });
    const isReady = new Promise<void>((resolveReady) => {
      createInterface(npm.stdout).on('line', (line) => {
        this.#keep(line);
        if (line.includes(ready)) resolveReady();
      });
    });
    const ended = once(npm, 'close').then(() => 'ended'); // with its last words
    const first = await Promise.race([isReady, ended, timeout(deadlineMs)]);
    if (first !== undefined) throw new Error(`npm run ${this.script} did not start (${first}):\n${this.output.join('\n')}`);
    this.#serverPid = leafBelow(npm.pid ?? 0);
  }

  /** Signals the server itself, never npm; before it is ready, whatever npm runs at the time. */
  signal(signal: NodeJS.Signals): void {
    if (!this.#npm?.pid || !this.isRunning) return;
    const pid = this.#serverPid ?? leafBelow(this.#npm.pid);
    try {
      if (pid !== this.#npm.pid) process.kill(pid, signal);
    } catch (error) {
      if ((error as { code?: string }).code !== 'ESRCH') throw error; // it has just ended by itself
    }
  }

  /** Signals npm only, as `kill` with the id that a user sees. */
  signalNpm(signal: NodeJS.Signals): void {
    if (this.#npm?.pid && this.isRunning) process.kill(this.#npm.pid, signal);
  }

  /** Whether the server that was ready last is still there, whatever became of npm. */
  get isServing(): boolean {
    try {
      return this.#serverPid !== undefined && process.kill(this.#serverPid, 0);
    } catch {
      return false;
    }
  }

  /** Signals npm and all below it, as a terminal does. */
  signalAll(signal: NodeJS.Signals): void {
    if (this.#npm?.pid && this.isRunning) process.kill(-this.#npm.pid, signal);
  }

  /** Waits for its end; the exit code, null where a signal ended it. */
  async ended(): Promise<number | null> {
    if (this.#npm && this.isRunning) await once(this.#npm, 'exit');
    return this.#npm?.exitCode ?? null;
  }

  #keep(line: string): void {
    this.output.push(line);
    if (this.output.length > 2 * keptLines) this.output.splice(0, keptLines);
  }
}

/** npm runs a shell, which becomes the server or has it as its only child. */
function leafBelow(pid: number): number {
  const children = new Map<number, number>();
  for (const line of execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).split('\n')) {
    const [child, parent] = line.trim().split(/\s+/).map(Number);
    if (child && parent) children.set(parent, child);
  }
  let leaf = pid;
  for (let child = children.get(leaf); child !== undefined; child = children.get(leaf)) leaf = child;
  return leaf;
}

function timeout(ms: number): Promise<string> {
  return new Promise((resolveLate) => setTimeout(resolveLate, ms, `no word within ${ms} ms`).unref());
}
