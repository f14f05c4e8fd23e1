import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import type { ExecResult, ExecSettings } from '../step.ts';

const usualDeadlineMs = 120_000;
const toldCharacters = 2_000;
/** What the clients of registries say when there is no way to one. */
const unreachable =
  /ENOTFOUND|ECONNREFUSED|EAI_AGAIN|ETIMEDOUT|ENETUNREACH|ECONNRESET|Could not resolve|name resolution|Network is unreachable|Unknown host|no such host|dial tcp|i\/o timeout|Failed to establish a new connection|Connection refused|offline mode/i;

/** A program that did not do what it was run for; `output` is all that it said. */
export class ProgramFailed extends Error {
  constructor(
    what: string,
    readonly output: string,
  ) {
    super(`${what}\n${output.slice(-toldCharacters)}`);
  }

  /** Whether it was to fetch something, and had no way to. */
  get isUnreachable(): boolean {
    return unreachable.test(this.output);
  }
}

/** Runs a program to its end. A program that goes on past its deadline is killed. Throws ProgramFailed. */
export async function exec(command: string, options: readonly string[], settings: ExecSettings & { cwd: string }): Promise<ExecResult> {
  const { cwd, env, input = '', deadlineMs = usualDeadlineMs } = settings;
  const child = spawn(command, options, { cwd, env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
  const outputs = Promise.all([text(child.stdout), text(child.stderr)]);
  const ended = once(child, 'close') as Promise<[number | null]>;
  child.stdin.on('error', () => undefined); // a program need not read what it is given
  child.stdin.end(input);
  const over = new AbortController();
  const deadline = pause(deadlineMs, 'late' as const, { signal: over.signal }).catch(() => 'late' as const);
  const first = await Promise.race([ended, deadline]);
  over.abort();
  if (first === 'late') child.kill('SIGKILL');
  const [stdout, stderr] = await outputs;
  if (first === 'late') throw new ProgramFailed(`${command} was not done after ${deadlineMs / 1_000} s`, stdout + stderr);
  if (first[0] !== 0) throw new ProgramFailed(`${command} ended with ${first[0] ?? 'a signal'}`, stdout + stderr);
  return { stdout, stderr };
}
