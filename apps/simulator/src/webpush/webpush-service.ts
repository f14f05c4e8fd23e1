import { fieldOf } from '#libs/http2';
import { newId } from '#libs/kernel';
import { carillonPart, objectOf, parsed, type JsonObject } from '../devices/delivery.ts';
import type { Behaviour } from '../faults/behaviour.ts';
import type { SimulatedWorld } from '../simulated-world.ts';
import type { Caller } from '../wire/caller.ts';
import { cutOff } from '../wire/cut-off.ts';
import type { Http1Request } from '../wire/http1-requests.ts';
import { decrypted } from './decrypt.ts';
import { faultOf } from './fault-answers.ts';
import { headerProblem, ttlOf } from './request-headers.ts';
import { browserKeys } from './simulated-subscription.ts';
import { senderOf } from './vapid.ts';
import { refusal, refusalAnswer, type Refusal } from './vendors.ts';

const maxBodyBytes = 4_096;
const messagePath = /^\/m\/([\w-]{1,100})$/;
const maxCancellable = 100_000;
const empty = Buffer.from('{}');

/** A push of which its sender may still think better. */
interface Cancellable {
  readonly endpoint: string;
  readonly origin: string;
}

/** Push services of all vendors (RFC 8030), each told by the host that a request names, with the browsers behind them, who can read what is sent to them. */
export class WebPushService {
  readonly #cancellable = new Map<string, Cancellable>();

  constructor(private readonly world: SimulatedWorld) {}

  receive(request: Http1Request, caller: Caller): void {
    const host = fieldOf(request.fields, 'host') ?? 'localhost';
    const origin = `https://${host}`;
    const message = messagePath.exec(request.path)?.[1];
    if (message !== undefined && request.method === 'DELETE') this.#cancel(message, host, caller);
    else if (request.method !== 'POST') this.#refuse(host, refusal('method_not_allowed'), caller);
    else this.#push(request, host, URL.parse(request.path, origin)?.href ?? origin, caller);
  }

  #push(request: Http1Request, host: string, endpoint: string, caller: Caller): void {
    const { world } = this;
    const sender = senderOf(fieldOf(request.fields, 'authorization'), `https://${host}`, world.clock.now());
    if (typeof sender !== 'string') {
      this.#refuse(host, sender, caller);
      return;
    }
    const behaviour = world.faults.next('webpush', endpoint);
    if (cutOff(behaviour, caller) === 'unprocessed') {
      world.ledger.summary.cut('webpush');
      return;
    }
    const problem = faultOf(behaviour, endpoint) ?? this.#problemOf(request, endpoint, sender);
    const text = problem ?? (world.browsers.has(endpoint) ? this.#sealed(request, endpoint) : textOf(request.body, endpoint));
    if (Buffer.isBuffer(text)) this.#accept(request, host, endpoint, text, behaviour, caller);
    else this.#refuse(host, text, caller);
  }

  #problemOf({ fields, body }: Http1Request, endpoint: string, sender: string): Refusal | undefined {
    if (this.world.owners.claim('webpush', endpoint, sender) !== sender) return refusal('vapid_key_mismatch');
    if (body.length > maxBodyBytes) return refusal('too_large');
    return headerProblem(fields, body.length > 0);
  }

  /** A real browser reads it itself. What we know of the push is that it came. */
  #sealed({ fields, body }: Http1Request, endpoint: string): Buffer {
    const headers = ['ttl', 'urgency', 'topic', 'content-encoding'].flatMap((name) => {
      const value = fieldOf(fields, name);
      return value === undefined ? [] : [[name, value] as const];
    });
    this.world.browsers.keep(endpoint, { body: body.toString('base64url'), headers: Object.fromEntries(headers) });
    return empty;
  }

  #accept({ fields }: Http1Request, host: string, endpoint: string, text: Buffer, behaviour: Behaviour, caller: Caller): void {
    const { clock, ledger, devices, latencyMs } = this.world;
    const id = newId();
    const payload: JsonObject = objectOf(parsed(text.toString('utf8')));
    const { send, receipt } = carillonPart(payload['carillon']);
    ledger.record({ provider: 'webpush', token: endpoint, id, send, receipt, fields, body: text });
    const ttl = ttlOf(fields) ?? 0;
    const expiresAt = ttl === 0 ? 0 : clock.now() + ttl * 1_000;
    devices.deliver({ provider: 'webpush', token: endpoint, payload, collapseId: fieldOf(fields, 'topic') ?? null, expiresAt, id });
    this.#remember(id, { endpoint, origin: `https://${host}` });
    if (behaviour.kind === 'reset_after_body') {
      caller.reset();
      return;
    }
    const own = ['location', `https://${host}/m/${id}`, 'ttl', String(ttl)];
    caller.answer({ head: [':status', '201'], own }, latencyMs + (behaviour.kind === 'slow' ? behaviour.delayMs : 0));
  }

  /** A message that was not delivered yet goes (RFC 8030 section 6.2). */
  #cancel(id: string, host: string, caller: Caller): void {
    const found = this.#cancellable.get(id);
    this.#cancellable.delete(id);
    if (found?.origin !== `https://${host}`) {
      this.#refuse(host, refusal('not_found'), caller);
      return;
    }
    this.world.devices.withdraw('webpush', found.endpoint, id);
    caller.answer({ head: [':status', '204'] }, this.world.latencyMs);
  }

  #remember(id: string, cancellable: Cancellable): void {
    this.#cancellable.set(id, cancellable);
    const [oldest] = this.#cancellable.keys();
    if (this.#cancellable.size > maxCancellable && oldest !== undefined) this.#cancellable.delete(oldest);
  }

  #refuse(host: string, problem: Refusal, caller: Caller): void {
    this.world.ledger.summary.reject('webpush', problem.reason);
    caller.answer(refusalAnswer(host, problem), this.world.latencyMs);
  }
}

/** What the browser reads. A push service cannot know that it reads nothing; a simulator that let it pass would hide the fault. */
function textOf(body: Buffer, endpoint: string): Buffer | Refusal {
  if (body.length === 0) return empty;
  return decrypted(body, browserKeys(endpoint)) ?? refusal('undecryptable');
}
