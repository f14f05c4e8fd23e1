import { JsonShape } from './json-shape.ts';

/** A shape is learned at the first document that has another, and then at every eighth: two shapes that take turns cost little more than none. */
const learnEvery = 8;

/** The shape of the documents that one connection sends, as far as they have one, and what was found of it. */
export class KnownShape<Found> {
  #shape: JsonShape | undefined;
  #found: Found | undefined;
  #misses = 0;

  /** `isFree`: whether texts of members with this name may differ without another verdict on the document. */
  constructor(private readonly isFree: (name: string) => boolean) {}

  /** What was found of its shape, with the shape for its texts; undefined where it has to be read. */
  match(bytes: Buffer): { readonly shape: JsonShape; readonly found: Found } | undefined {
    const [shape, found] = [this.#shape, this.#found];
    return shape && found !== undefined && shape.matches(bytes) ? { shape, found } : undefined;
  }

  /** The document was read, and is good. */
  learn(bytes: Buffer, find: (shape: JsonShape) => Found | undefined): void {
    this.#misses += 1;
    if (this.#misses % learnEvery !== 1) return;
    this.#shape = new JsonShape(Buffer.from(bytes), this.isFree);
    this.#found = find(this.#shape);
  }
}
