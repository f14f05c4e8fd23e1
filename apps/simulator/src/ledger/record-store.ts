const chunkBytes = 1 << 20;
const recordsAtATime = 500;

/** What records are looked up by; each is compared by a 32-bit hash first and by the record itself afterwards. */
interface Keys {
  readonly provider: number;
  readonly token: number;
  readonly send: number;
}

interface Chunk {
  readonly bytes: Buffer;
  used: number;
  /** Where each record's body begins, and where it ends. */
  readonly bodies: number[];
  readonly ends: number[];
  readonly providers: number[];
  readonly tokens: number[];
  readonly sends: number[];
}

/** Two texts of a record. */
interface KeptRecord {
  readonly head: string;
  readonly body: string;
}

/** The newest `most` records in a few large buffers outside the heap, oldest first. Whole chunks are dropped, never single records. */
export class RecordStore {
  #chunks: Chunk[] = [];
  /** Of the chunk that was dropped last: memory outside the heap that comes and goes makes the process collect its whole heap. */
  #spare: Buffer | undefined;
  #count = 0;

  constructor(private readonly most: number) {}

  get size(): number {
    return this.#count;
  }

  /** `body` is UTF-8, copied as it came. */
  append(keys: Keys, head: string, body: Uint8Array): void {
    if (this.most === 0) return;
    const atMost = head.length * 3 + body.length; // a UTF-16 unit is at most three bytes of UTF-8
    const chunk = this.#roomFor(atMost);
    chunk.used += chunk.bytes.write(head, chunk.used, 'utf8');
    chunk.bodies.push(chunk.used);
    chunk.bytes.set(body, chunk.used);
    chunk.used += body.length;
    chunk.ends.push(chunk.used);
    chunk.providers.push(keys.provider);
    chunk.tokens.push(keys.token);
    chunk.sends.push(keys.send);
    this.#count += 1;
    this.#dropOld();
  }

  /** Records whose given keys are equal, a few hundred at a time so that the reader can let others work in between. */
  *select(wanted: Partial<Keys>): Generator<KeptRecord[], undefined> {
    for (const chunk of [...this.#chunks]) {
      const { length } = chunk.ends;
      let found: KeptRecord[] = [];
      for (let i = 0; i < Math.min(length, chunk.ends.length); i += 1) {
        if (matches(chunk, i, wanted)) found.push(recordOf(chunk, i));
        if (found.length < recordsAtATime) continue;
        yield found;
        found = [];
      }
      yield found;
    }
  }

  clear(): void {
    this.#chunks = [];
    this.#count = 0;
  }

  #roomFor(bytes: number): Chunk {
    const last = this.#chunks.at(-1);
    if (last && last.bytes.length - last.used >= bytes) return last;
    const chunk = {
      bytes: this.#bufferOf(Math.max(chunkBytes, bytes)),
      used: 0,
      bodies: [],
      ends: [],
      providers: [],
      tokens: [],
      sends: [],
    };
    this.#chunks.push(chunk);
    return chunk;
  }

  #bufferOf(bytes: number): Buffer {
    const spare = this.#spare?.length === bytes ? this.#spare : undefined;
    if (spare) this.#spare = undefined;
    return spare ?? Buffer.allocUnsafeSlow(bytes);
  }

  #dropOld(): void {
    const oldest = this.#chunks[0];
    if (!oldest || this.#chunks.length === 1 || this.#count - oldest.ends.length < this.most) return;
    this.#count -= oldest.ends.length;
    this.#chunks.shift();
    oldest.ends.length = 0; // whoever is reading it stops
    this.#spare = oldest.bytes;
  }
}

function matches(chunk: Chunk, index: number, { provider, token, send }: Partial<Keys>): boolean {
  return (
    (provider === undefined || chunk.providers[index] === provider) &&
    (token === undefined || chunk.tokens[index] === token) &&
    (send === undefined || chunk.sends[index] === send)
  );
}

function recordOf({ bytes, bodies, ends }: Chunk, index: number): KeptRecord {
  const body = bodies[index] ?? 0;
  return { head: bytes.toString('utf8', ends[index - 1] ?? 0, body), body: bytes.toString('utf8', body, ends[index]) };
}
