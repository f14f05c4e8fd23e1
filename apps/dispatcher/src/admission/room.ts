/** What a batch holds of a bulkhead: it comes back as answers come, so that a few slow ones do not hold the room of all. */
export class Room {
  constructor(
    private held: number,
    private readonly release: (messages: number) => void,
  ) {}

  /** So many have their answer; never more than is held. */
  giveBack(messages: number): void {
    const back = Math.min(messages, this.held);
    this.held -= back;
    if (back > 0) this.release(back);
  }

  /** The batch is over. */
  close(): void {
    this.giveBack(this.held);
  }
}
