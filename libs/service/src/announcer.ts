import type { Logger } from 'pino';

/** What a start tells the person, or the machine, that watches it: plain lines on a terminal, JSON lines elsewhere. */
export class Announcer {
  readonly #startedAt = performance.now();

  constructor(
    private readonly log: Logger,
    private readonly terminal: boolean,
  ) {}

  line(text: string): void {
    if (this.terminal) process.stdout.write(`${text}\n`);
    else this.log.info(text);
  }

  /** Runs one step of the start and says how long it took. */
  async step<T>(what: string, work: () => T | Promise<T>): Promise<T> {
    const startedAt = performance.now();
    const result = await work();
    this.line(`  ${what.padEnd(40)} ${seconds(startedAt)}`);
    return result;
  }

  ready(): void {
    this.line(`Ready in ${seconds(this.#startedAt)}`);
  }
}

function seconds(sinceMs: number): string {
  return `${((performance.now() - sinceMs) / 1000).toFixed(2)} s`;
}
