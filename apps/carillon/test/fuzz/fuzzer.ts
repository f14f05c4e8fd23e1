import fc from 'fast-check';
import type { Platform } from '../support/platform.ts';
import type { Shop } from '../support/shop.ts';
import { ask, type Answer, type Request } from './ask.ts';
import { faultOf } from './check-answer.ts';
import { Pulse } from './pulse.ts';

interface Asked {
  readonly what: string;
  readonly from: number;
  readonly to: number;
}

/** Sends requests, holds each answer against what every answer promises, and remembers what was accepted. */
export class Fuzzer {
  readonly sends = new Set<string>();
  readonly installations = new Set<string>();
  readonly byStatus = new Map<number, number>();
  readonly #asked: Asked[] = [];
  readonly #pulse: Pulse;

  constructor(
    private readonly platform: Platform,
    private readonly shop: Shop,
    private readonly seed: number,
  ) {
    this.#pulse = new Pulse(`${platform.url}/healthz`);
  }

  /** Plays random requests; a failure names the seed and the request. */
  async play(requests: fc.Arbitrary<Request>, runs: number): Promise<void> {
    const property = fc.asyncProperty(requests, async (request) => {
      await this.send(request);
    });
    await fc.assert(property, { seed: this.seed, numRuns: runs, endOnFailure: true });
  }

  async send(request: Request): Promise<Answer | undefined> {
    const from = performance.timeOrigin + performance.now();
    const answer = await ask(this.platform.url, request);
    this.#asked.push({ what: nameOf(request, answer), from, to: performance.timeOrigin + performance.now() });
    if (!answer) return undefined;
    this.byStatus.set(answer.status, (this.byStatus.get(answer.status) ?? 0) + 1);
    const fault = faultOf(request, answer);
    if (fault !== undefined) throw new Error(`${nameOf(request, answer)}\n${fault.slice(0, 2_000)}`);
    this.#remember(request, answer);
    return answer;
  }

  #remember({ method, path }: Request, { status, text }: Answer): void {
    if (status >= 300 || !path.startsWith(`/v1/apps/${this.shop.app}/`)) return;
    if (method === 'POST' && /\/(sends|launch)(\?|$)/.test(path)) this.sends.add((JSON.parse(text) as { sendId: string }).sendId);
    const installation = /\/installations\/([^/?]+)(\?|$)/.exec(path)?.[1];
    if (installation === undefined) return;
    if (method === 'PUT') this.installations.add(installation);
    if (method === 'DELETE') this.installations.delete(installation);
  }

  /** Ends the pulse and prints what was seen; the longest delay of a cheap request, ms. */
  async end(): Promise<number> {
    const worstMs = await this.#pulse.end();
    const answers = [...this.byStatus].sort(([a], [b]) => a - b).map(([status, count]) => `${status}: ${count}`);
    process.stderr.write(
      `fuzz: seed ${this.seed}, answers ${answers.join(', ')}; a cheap request took ${worstMs.toFixed(0)} ms at worst\n`,
    );
    const slowest = this.#asked.toSorted((a, b) => b.to - b.from - (a.to - a.from)).slice(0, 3);
    for (const { what, from, to } of slowest) process.stderr.write(`fuzz: ${(to - from).toFixed(0)} ms for ${what}\n`);
    for (const { from, ms } of this.#pulse.delays) {
      const during = this.#asked.filter((asked) => asked.from < from + ms && asked.to > from).map(({ what }) => what);
      process.stderr.write(`fuzz: ${ms.toFixed(0)} ms during ${during.join(' · ').slice(0, 500)}\n`);
    }
    return worstMs;
  }
}

function nameOf({ method, path, headers, body = '' }: Request, answer: Answer | undefined): string {
  const size = Buffer.byteLength(body);
  return `${method} ${path.slice(0, 120)} ${headers['content-type'] ?? ''} ${body.toString('utf8').slice(0, 200)} (${size} bytes) → ${answer?.status ?? 'closed'}`;
}
