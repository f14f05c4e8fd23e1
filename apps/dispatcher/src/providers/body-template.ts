/** A body that is the same for many messages but for one or two texts: encoded once, copied for each. */
export class BodyTemplate {
  readonly #pieces: readonly [Buffer, Buffer, Buffer];
  readonly #fixedLength: number;

  /** What stands before the first text, between the two, and after the second. */
  constructor(before: string, between: string, after: string) {
    this.#pieces = [Buffer.from(before), Buffer.from(between), Buffer.from(after)];
    this.#fixedLength = this.#pieces.reduce((sum, piece) => sum + piece.length, 0);
  }

  /** In bytes. The texts are ASCII that JSON need not escape. */
  length(first: string, second: string): number {
    return this.#fixedLength + first.length + second.length;
  }

  write(into: Buffer, offset: number, first: string, second: string): void {
    const [before, between, after] = this.#pieces;
    let at = offset;
    at += before.copy(into, at);
    at += into.write(first, at, 'latin1');
    at += between.copy(into, at);
    at += into.write(second, at, 'latin1');
    after.copy(into, at);
  }
}
