/** Sees how long this process works in one piece while others wait; `longest` is what its main thread worked (ms), not what passed by the clock on the wall. */
export class LoopWatch {
  #longest = 0;
  #used = process.threadCpuUsage();
  readonly #timer = setInterval(() => {
    this.#look();
  }, 1);

  /** Forgets what was. */
  begin(): void {
    this.#used = process.threadCpuUsage();
    this.#longest = 0;
  }

  get longest(): number {
    this.#look();
    return this.#longest;
  }

  end(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const { user, system } = process.threadCpuUsage(this.#used);
    this.#longest = Math.max(this.#longest, (user + system) / 1_000);
    this.#used = process.threadCpuUsage();
  }
}

/** Milliseconds of work of a thread for what `slowness` does, on the machine that the limits were measured on when it did nothing else. */
const referenceMs = 24;

/** How many times slower than the reference a thread works here and now, at least 1: memory and caches are shared with other programs. */
export function slowness(): number {
  const rounds = Array.from({ length: 3 }, workMs);
  return Math.max(1, Math.min(...rounds) / referenceMs);
}

function workMs(): number {
  const text = JSON.stringify(Array.from({ length: 20_000 }, (_, index) => ({ id: `n${index}`, tags: ['a', 'b'], n: index })));
  const before = process.threadCpuUsage();
  for (let round = 0; round < 3; round += 1) JSON.stringify(JSON.parse(text));
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000;
}
