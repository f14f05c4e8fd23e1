import { setTimeout as pause } from 'node:timers/promises';
import { NpmProcess } from './npm-process.ts';

const startDeadlineMs = 8 * 60_000; // the demo registers its 10,000, on servers that other suites keep busy

/** One service in a process of its own, as an operator runs it: `npm run start:dispatcher`. */
export class ServiceProcess {
  readonly process: NpmProcess;

  constructor(
    /** `start:<service>`, or `start` for several in one process. */
    script: string,
    readonly url: string,
    env: NodeJS.ProcessEnv,
  ) {
    this.process = new NpmProcess(script, env);
  }

  /** The last lines it printed. */
  get output(): readonly string[] {
    return this.process.output;
  }

  /** Starts it, again after it ended, with more settings and with arguments if need be, and waits until it says that it is ready. */
  async run(more: NodeJS.ProcessEnv = {}, args: readonly string[] = []): Promise<void> {
    await this.process.start('Ready in', startDeadlineMs, more, args);
  }

  /** `kill -9`. */
  async kill(): Promise<void> {
    while (this.process.isRunning) {
      this.process.signal('SIGKILL'); // npm may not have started it yet
      await Promise.race([this.process.ended(), pause(50)]);
    }
  }

  /** SIGTERM; the exit code. */
  async stop(): Promise<number | null> {
    this.process.signalAll('SIGTERM');
    return this.process.ended();
  }
}
