import { spawn, type ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { setTimeout } from 'node:timers/promises';

/** A server that runs as a process of its own. */
export interface Engine {
  /** `HOST:PORT`. */
  readonly address: string;
  readonly pid: number;
  /** Ends it and waits for that; SIGTERM unless said. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

export interface EngineCommand {
  readonly engine: string;
  readonly program: string;
  readonly options: readonly string[];
  readonly port: number;
  readonly cwd?: string;
}

const startWithinMs = 180_000; // Kafka looks through some hundred partitions, perhaps on a busy machine
const everyMs = 50;
const stopWithinMs = 60_000; // who is killed instead may lose what it has acknowledged

/** Starts the program and waits until it takes connections. Throws EngineUnavailable. */
export async function startEngine({ engine, program, options, port, cwd }: EngineCommand): Promise<Engine> {
  const child = spawn(program, options, { stdio: ['pipe', 'pipe', 'pipe'], ...(cwd !== undefined && { cwd }) });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => (said = `${said}${data.toString()}`.slice(-2_000)));
  const failed = new Promise<never>((_, reject) => {
    child.once('error', (cause) => {
      reject(new EngineUnavailable(engine, `there is no ${program}`, { cause }));
    });
    child.once('exit', (code) => {
      reject(new EngineUnavailable(engine, `it ended with ${code}: ${said.trim()}`));
    });
  });
  await Promise.race([failed, answering(engine, port)]).catch((error: unknown) => {
    child.kill('SIGKILL');
    throw error;
  });
  failed.catch(() => undefined);
  return { address: `127.0.0.1:${port}`, pid: child.pid ?? 0, stop: (signal = 'SIGTERM') => stop(child, signal) };
}

async function answering(engine: string, port: number): Promise<void> {
  const until = performance.now() + startWithinMs;
  while (performance.now() < until) {
    if (await takesConnections(port)) return;
    await setTimeout(everyMs);
  }
  throw new EngineUnavailable(engine, `it took no connection within ${startWithinMs / 1_000} s`);
}

async function takesConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const tell = (taken: boolean) => () => {
      socket.destroy();
      resolve(taken);
    };
    socket.once('connect', tell(true)).once('error', tell(false));
  });
}

async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  const late = globalThis.setTimeout(() => child.kill('SIGKILL'), stopWithinMs);
  await ended;
  clearTimeout(late);
}

/** A server that tests need cannot be had on this machine. */
export class EngineUnavailable extends Error {
  constructor(engine: string, why: string, options?: ErrorOptions) {
    super(`${engine} cannot be started here: ${why}`, options);
  }
}

/** Below the ports that systems give to outgoing connections: one of those could take it before the server that it is meant for. */
const ports = { first: 15_000, count: 17_000 };
const given = new Set<number>();

/** A port of 127.0.0.1 that nobody uses at this moment, and another one at every call of this process. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(ports.first, ports.first + ports.count);
    if (given.has(port)) continue;
    if (given.size > ports.count / 2) given.clear();
    given.add(port);
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const listening = once(server, 'listening').then(
    () => true,
    () => false,
  );
  server.listen(port, '127.0.0.1');
  if (!(await listening)) return false;
  server.close();
  await once(server, 'close');
  return true;
}
