import { slowness } from '#libs/testing';
import fc from 'fast-check';
import { until, type Platform } from '../support/platform.ts';
import type { SendRecord, Shop } from '../support/shop.ts';
import { ask, type Answer, type Request } from './ask.ts';
import { faultOf } from './check-answer.ts';
import type { HeldUp, HeldUpWatch } from './held-up.ts';

interface Asked {
  readonly request: Request;
  readonly what: string;
  /** UNIX time, ms. */
  readonly from: number;
}

interface Suspect extends Asked {
  readonly held: HeldUp;
}

/** What a request starts may go on a little after its answer. */
const rememberedRequests = 12;
const [maxSuspects, replays] = [25, 3];
const ended = ['done', 'stopped', 'failed', 'no_target'];

/** As many runs as there is time for, but some in any case: a slow machine plays fewer. */
export interface Runs {
  readonly most: number;
  readonly least: number;
  /** In ms; Infinity plays them all. */
  readonly within: number;
}

/** Sends requests, holds each answer against what every answer promises, and remembers what was accepted and what held up the server. */
export class Fuzzer {
  readonly sends = new Set<string>();
  readonly installations = new Set<string>();
  readonly byStatus = new Map<number, number>();
  /** Calls of the document with the statuses that they answered with. */
  readonly byCall = new Map<string, Set<number>>();
  /** A send or the app may have some: then a send may rightly wait for the morning. */
  hasQuietHours = false;
  readonly #last: Asked[] = [];
  readonly #suspects: Suspect[] = [];
  readonly #startedAt = Date.now();
  #seenUntil = this.#startedAt;

  constructor(
    private readonly platform: Platform,
    private readonly shop: Shop,
    private readonly watch: HeldUpWatch,
    private readonly seed: number,
    /** Work of the server's main thread in one piece, ms, that is looked at again. */
    private readonly maxCpuMs: number,
  ) {}

  /** Plays `first`, then random requests; a failure names the seed and the request. */
  async play(requests: fc.Arbitrary<Request>, { most, least, within }: Runs, call?: string, first: readonly Request[] = []): Promise<void> {
    const statuses = new Set<number>();
    if (call !== undefined) this.byCall.set(call, statuses);
    const startedAt = performance.now();
    let played = 0;
    const property = fc.asyncProperty(requests, async (request) => {
      if (played >= first.length + least && performance.now() - startedAt > within) return;
      played += 1;
      const answer = await this.send(request);
      if (answer && call?.startsWith(`${request.method} `) === true) statuses.add(answer.status);
    });
    const examples = first.map((request): [Request] => [request]);
    await fc.assert(property, { seed: this.seed, examples, numRuns: first.length + most, endOnFailure: true });
  }

  /** Requests that are given one by one, for as long as there is time (ms). */
  async sendAll(requests: Iterable<Request>, within: number): Promise<void> {
    const startedAt = performance.now();
    for (const request of requests) {
      await this.send(request);
      if (performance.now() - startedAt > within) return;
    }
  }

  async send(request: Request): Promise<Answer | undefined> {
    this.#suspect();
    const from = Date.now();
    const answer = await ask(this.platform.url, request);
    this.#last.push({ request, what: nameOf(request, answer), from });
    if (this.#last.length > rememberedRequests) this.#last.shift();
    if (!answer) return undefined;
    this.byStatus.set(answer.status, (this.byStatus.get(answer.status) ?? 0) + 1);
    const fault = faultOf(request, answer);
    if (fault !== undefined) throw new Error(`${nameOf(request, answer)}\n${fault.slice(0, 2_000)}`);
    this.#remember(request, answer);
    return answer;
  }

  #remember({ method, path, body }: Request, { status, text }: Answer): void {
    if (status < 300 && body?.includes('"quietHours"') === true) this.hasQuietHours = true;
    if (status >= 300 || !path.startsWith(`/v1/apps/${this.shop.app}/`)) return;
    if (method === 'POST' && /\/(sends|launch|trigger|live-activities\/[^/?]+)(\?|$)/.test(path))
      this.sends.add((JSON.parse(text) as { sendId: string }).sendId);
    const installation = /\/installations\/([^/?]+)(\?|$)/.exec(path)?.[1];
    if (installation === undefined) return;
    if (method === 'PUT') this.installations.add(installation);
    if (method === 'DELETE') this.installations.delete(installation);
  }

  /** Whatever held up the server since the last look, with the requests that were under way or just over. */
  #suspect(): void {
    const now = Date.now();
    const found = this.watch.during(this.#seenUntil, now).filter(({ cpuMs }) => cpuMs > this.maxCpuMs);
    if (found.length > 0) this.#seenUntil = now;
    for (const held of found) {
      const asked = this.#last.filter(({ from }) => from < held.from + held.ms).slice(-2);
      this.#suspects.push(...asked.map((one) => ({ ...one, held })));
    }
    this.#suspects.sort((a, b) => b.held.cpuMs - a.held.cpuMs).splice(maxSuspects);
  }

  /**
   * Asks again, alone and several times, what seemed to hold up the server: what does so each time is told, with the least that it took. Once is the
   * collection of garbage, or a program that just ran for the first time.
   */
  async convicted(): Promise<string[]> {
    this.#suspect();
    const told: string[] = [];
    const slow = slowness();
    for (const { request, what, held } of this.#suspects) {
      const tries: number[] = [];
      for (let replay = 0; replay < replays && Math.min(...tries) > this.maxCpuMs * slow; replay += 1)
        tries.push(await this.#heldFor(request));
      const least = Math.min(...tries);
      process.stderr.write(
        `fuzz: held up for ${held.cpuMs.toFixed(0)} ms, then ${tries.map((ms) => ms.toFixed(0)).join(', ')} ms: ${what}\n`,
      );
      if (least > this.maxCpuMs * slow) told.push(`${least.toFixed(0)} ms: ${what}`);
    }
    const worst = this.watch.during(this.#startedAt, Date.now()).toSorted((a, b) => b.cpuMs - a.cpuMs);
    process.stderr.write(`fuzz: worked longest in one piece, ms: ${worst.slice(0, 5).map(({ cpuMs }) => cpuMs.toFixed(0)).join(', ')}\n`); // prettier-ignore
    const answers = [...this.byStatus].sort(([a], [b]) => a - b).map(([status, count]) => `${status}: ${count}`);
    process.stderr.write(
      `fuzz: seed ${this.seed}, answers ${answers.join(', ')}; this machine is ${slow.toFixed(1)} times slower than the reference\n`,
    );
    return told;
  }

  async #heldFor(request: Request): Promise<number> {
    const from = Date.now();
    const answer = await this.send(request);
    const id = answer?.status === 202 ? (JSON.parse(answer.text) as { sendId?: string }).sendId : undefined;
    if (id !== undefined) {
      await until(() => this.shop.call<SendRecord>('GET', `/sends/${id}`), ({ body }) => ended.includes(body.state), 60_000);
    } // prettier-ignore
    for (let turn = 0; turn < 3; turn += 1) await this.platform.call('GET', '/healthz'); // the watch has looked by then
    return this.watch.during(from, Date.now()).reduce((most, { cpuMs }) => Math.max(most, cpuMs), 0);
  }
}

function nameOf({ method, path, headers, body = '' }: Request, answer: Answer | undefined): string {
  const size = Buffer.byteLength(body);
  return `${method} ${path.slice(0, 120)} ${headers['content-type'] ?? ''} ${body.toString('utf8').slice(0, 200)} (${size} bytes) → ${answer?.status ?? 'closed'}`;
}
