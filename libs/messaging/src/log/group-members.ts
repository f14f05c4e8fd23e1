/** A member that can be given a partition and asked to give it back. Neither rejects. */
export interface PartitionOwner {
  take(partition: number): Promise<void>;
  release(partition: number): Promise<void>;
}

/** The members of one consumer group in this process; each partition belongs to exactly one of them, or to none while it changes hands. */
export class GroupMembers<M extends PartitionOwner> {
  readonly #members: M[] = [];
  readonly #owners = new Map<number, M>();
  #turn: Promise<void> = Promise.resolve();

  constructor(private readonly partitions: number) {}

  get size(): number {
    return this.#members.length;
  }

  /** Resolves when the partitions are shared with the new member. */
  async join(member: M): Promise<void> {
    this.#members.push(member);
    await this.#share();
  }

  /** Resolves when all partitions of the member have gone to the others. */
  async leave(member: M): Promise<void> {
    const index = this.#members.indexOf(member);
    if (index >= 0) this.#members.splice(index, 1);
    await this.#share();
  }

  async #share(): Promise<void> {
    this.#turn = this.#turn.then(async () => {
      const members = [...this.#members];
      await Promise.all(
        Array.from({ length: this.partitions }, (_, partition) => this.#hand(partition, members[partition % members.length])),
      );
    });
    await this.#turn;
  }

  async #hand(partition: number, to: M | undefined): Promise<void> {
    const from = this.#owners.get(partition);
    if (from === to) return;
    this.#owners.delete(partition);
    await from?.release(partition);
    if (!to) return;
    this.#owners.set(partition, to);
    await to.take(partition);
  }
}
