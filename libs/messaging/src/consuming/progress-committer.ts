import type { PartitionProgress } from './partition-progress.ts';

/** A partition whose progress can be stored at any time. */
export interface ProgressSource {
  readonly partition: number;
  progress(): PartitionProgress;
}

export interface PartitionRow {
  readonly partition: number;
  readonly progress: PartitionProgress;
}

const retryMs = 250;

/** Stores the progress of one member's partitions: many changes in one write, one write at a time. */
export class ProgressCommitter {
  readonly #owned = new Set<ProgressSource>();
  readonly #changed = new Set<ProgressSource>();
  #saving: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly save: (rows: readonly PartitionRow[]) => Promise<void>,
    private readonly afterMs: number,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** From now on the partition is this member's. */
  own(source: ProgressSource): void {
    this.#owned.add(source);
  }

  /** Stores nothing more of a partition that now belongs to somebody else, whatever its old owner has still to say. */
  disown(source: ProgressSource): void {
    this.#owned.delete(source);
    this.#changed.delete(source);
    if (this.#owned.size > 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  owns(source: ProgressSource): boolean {
    return this.#owned.has(source);
  }

  /** The progress of a partition has changed and is to be stored soon. */
  touch(source: ProgressSource): void {
    if (!this.#owned.has(source)) return;
    this.#changed.add(source);
    this.#schedule(this.afterMs);
  }

  /** Resolves when the present progress is stored; rejects when that fails, and tries again on its own. */
  async saveNow(source: ProgressSource): Promise<void> {
    if (!this.#owned.has(source)) throw new Error(`Partition ${source.partition} belongs to another member`);
    this.#changed.add(source);
    await this.#flush();
  }

  #schedule(afterMs: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#flush().catch(this.onError);
    }, afterMs);
  }

  /** Whoever asks before a write begins shares it; one that is going on may miss what they have to say. */
  #flush(): Promise<void> {
    this.#next ??= this.#write();
    return this.#next;
  }

  async #write(): Promise<void> {
    await this.#saving?.catch(() => undefined); // whoever began it hears of its failure
    await Promise.resolve(); // what the same turn asks for goes with it
    this.#next = undefined;
    if (this.#changed.size === 0) return;
    const sources = [...this.#changed];
    this.#changed.clear();
    this.#saving = this.save(sources.map((source) => ({ partition: source.partition, progress: source.progress() })));
    try {
      await this.#saving;
    } catch (error) {
      for (const source of sources) if (this.#owned.has(source)) this.#changed.add(source);
      this.#schedule(retryMs);
      throw error;
    } finally {
      this.#saving = undefined;
    }
  }
}
