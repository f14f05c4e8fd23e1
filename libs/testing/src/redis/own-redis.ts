import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startRedis, type Engine } from '../engines/index.ts';

/** A Redis that a test stops, starts again and puts to sleep as it likes, always at the same address and always empty at first. */
export class OwnRedis {
  #engine: Engine | undefined;

  private constructor(
    private readonly folder: string,
    private readonly port: number,
  ) {}

  static async start(maxmemoryPolicy?: string): Promise<OwnRedis> {
    const redis = new OwnRedis(mkdtempSync(join(tmpdir(), 'carillon-redis-')), await freePort());
    await redis.start(maxmemoryPolicy);
    return redis;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  async start(maxmemoryPolicy = 'noeviction'): Promise<void> {
    this.#engine = await startRedis({ folder: this.folder, port: this.port, maxmemoryPolicy });
  }

  async stop(): Promise<void> {
    await this.#engine?.stop();
    this.#engine = undefined;
  }

  /** It keeps its connections and answers nothing, until it wakes. */
  sleep(): void {
    if (this.#engine) process.kill(this.#engine.pid, 'SIGSTOP');
  }

  wake(): void {
    if (this.#engine) process.kill(this.#engine.pid, 'SIGCONT');
  }

  /** Its end, and that of what it left on the disk. */
  async remove(): Promise<void> {
    this.wake();
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
