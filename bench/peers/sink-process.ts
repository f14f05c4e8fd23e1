import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Seen } from './sink.ts';

/** The sink, in a process of its own. */
export class SinkProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
    /** PEM of the authority behind its certificate. */
    readonly ca: string,
  ) {}

  static async start(): Promise<SinkProcess> {
    const child = fork(join(import.meta.dirname, 'sink.js'));
    const [{ port, ca }] = (await once(child, 'message')) as [{ port: number; ca: string }];
    return new SinkProcess(child, port, ca);
  }

  /** What came since the call before. */
  async seen(): Promise<Seen> {
    const answer = once(this.child, 'message') as Promise<[Seen]>;
    this.child.send('seen');
    return (await answer)[0];
  }

  stop(): void {
    this.child.disconnect();
  }
}
