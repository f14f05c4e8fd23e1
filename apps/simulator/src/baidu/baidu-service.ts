import { carillonPart } from '../devices/delivery.ts';
import type { SimulatedWorld } from '../simulated-world.ts';
import type { Caller } from '../wire/caller.ts';
import { cutOff } from '../wire/cut-off.ts';
import type { Http1Request } from '../wire/http1-requests.ts';
import { answerOf, reasonOf, refusalOf, taken, type BaiduRefusal } from './answers.ts';
import { judge, type BaiduPush } from './judge.ts';
import { ourPartOf } from './traits.ts';

/** Baidu's `push/single_device` and `push/batch_device`; every other method is refused. */
export class BaiduService {
  #requests = 0;

  constructor(private readonly world: SimulatedWorld) {}

  receive(request: Http1Request, caller: Caller): void {
    const { accounts, clock } = this.world;
    this.#requests += 1;
    const push = judge(request, accounts, clock.now());
    if ('code' in push || 'status' in push) this.#refuse(push, caller);
    else if (push.isBatch) this.#batch(request, push, caller);
    else this.#single(request, push, push.channels[0] ?? '', caller);
  }

  #single(request: Http1Request, push: BaiduPush, channel: string, caller: Caller): void {
    const behaviour = this.world.faults.next('baidu', channel);
    if (cutOff(behaviour, caller) === 'unprocessed') {
      this.world.ledger.summary.cut('baidu');
      return;
    }
    const refusal = refusalOf(behaviour) ?? this.#ownerProblem(channel, push);
    if (refusal) {
      // Whoever has blocked the app never sees what Baidu took.
      if ('code' in refusal && refusal.code === 110_001) this.#take(request, push, channel, false);
      this.#refuse(refusal, caller);
      return;
    }
    const id = this.#take(request, push, channel, true);
    if (behaviour.kind === 'reset_after_body') caller.reset();
    else this.#answer(id, behaviour.kind === 'slow' ? behaviour.delayMs : 0, caller);
  }

  /** One answer for all: which of the devices are dead, nobody is told. */
  #batch(request: Http1Request, push: BaiduPush, caller: Caller): void {
    let id = this.#nextId();
    for (const channel of push.channels) {
      const behaviour = this.world.faults.next('baidu', channel);
      if (!refusalOf(behaviour) && !this.#ownerProblem(channel, push)) id = this.#take(request, push, channel, true);
    }
    this.#answer(id, 0, caller);
  }

  #ownerProblem(channel: string, { apiKey }: BaiduPush): BaiduRefusal | undefined {
    return this.world.owners.claim('baidu', channel, apiKey) === apiKey ? undefined : { code: 30_608 };
  }

  #take({ fields, body }: Http1Request, push: BaiduPush, channel: string, isShown: boolean): string {
    const { ledger, devices, clock } = this.world;
    const id = this.#nextId();
    const form = JSON.stringify(Object.fromEntries(new URLSearchParams(body.toString('utf8'))));
    const { send, receipt } = carillonPart(ourPartOf(push.msg));
    ledger.record({ provider: 'baidu', token: channel, id, send, receipt, fields, body: Buffer.from(form) });
    const expiresAt = push.expiresSeconds === 0 ? 0 : clock.now() + push.expiresSeconds * 1_000;
    if (isShown) devices.deliver({ provider: 'baidu', token: channel, payload: push.msg, collapseId: null, expiresAt });
    return id;
  }

  #refuse(refusal: BaiduRefusal, caller: Caller): void {
    if (!('code' in refusal && refusal.code === 110_001)) this.world.ledger.summary.reject('baidu', reasonOf(refusal));
    caller.answer(answerOf(refusal, this.#requests), this.world.latencyMs);
  }

  #answer(id: string, delayMs: number, caller: Caller): void {
    caller.answer(taken(id, Math.floor(this.world.clock.now() / 1_000), this.#requests), this.world.latencyMs + delayMs);
  }

  #nextId(): string {
    return `${this.world.clock.now()}${String(this.#requests).padStart(6, '0')}`;
  }
}
