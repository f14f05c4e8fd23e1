import { fieldOf } from '#libs/http2';
import { carillonPart, objectOf, parsed, textOf, type JsonObject } from '../devices/delivery.ts';
import type { Behaviour } from '../faults/behaviour.ts';
import { IssuedTokens } from '../oauth/issued-tokens.ts';
import type { SimulatedWorld } from '../simulated-world.ts';
import type { Caller } from '../wire/caller.ts';
import { cutOff } from '../wire/cut-off.ts';
import type { Http1Request } from '../wire/http1-requests.ts';
import { answerOf, coded, reasonOf, refusalOf, type HmsRefusal } from './answers.ts';
import { readSend, ttlSecondsOf, type HmsSend } from './message-rules.ts';
import { exchangeSecret } from './oauth.ts';
import { dataOf } from './traits.ts';

const sendPath = /^\/v1\/([^/?]{1,64})\/messages:send$/;
export const tokenPath = '/oauth2/v3/token';
const olderTokenPath = '/oauth2/v2/token';
/** An access token's life, as Huawei's answer says it. */
const tokenSeconds = 3_600;

/** The faults of a request's tokens, each looked up once. */
type Behaviours = readonly { readonly token: string; readonly behaviour: Behaviour }[];

/** Tokens of a request that were refused. */
interface Illegal {
  readonly dead: string[];
  /** Of another app. */
  readonly noRight: string[];
}

/** Huawei's Push Kit v1 and its token endpoint. Everything else is a page with 404. */
export class HmsService {
  readonly #tokens: IssuedTokens;
  #messages = 0;

  constructor(private readonly world: SimulatedWorld) {
    this.#tokens = new IssuedTokens(world.clock, tokenSeconds);
  }

  receive(request: Http1Request, caller: Caller): void {
    const { method, path } = request;
    const app = method === 'POST' ? sendPath.exec(path)?.[1] : undefined;
    if (app !== undefined) this.#send(request, app, caller);
    else if (method === 'POST' && (path === tokenPath || path === olderTokenPath)) this.#exchange(request, caller);
    else this.#refuse({ status: 404 }, caller);
  }

  #exchange({ body }: Http1Request, caller: Caller): void {
    const { accounts, ledger, latencyMs } = this.world;
    const answer = exchangeSecret(body.toString('utf8'), accounts, (app) => ({ token: this.#tokens.issue(app), seconds: tokenSeconds }));
    if (answer.head[1] === '200') ledger.summary.of('hms').credentials += 1;
    caller.answer(answer, latencyMs);
  }

  #send(request: Http1Request, app: string, caller: Caller): void {
    const send = this.#callerProblem(request, app) ?? readSend(request.body);
    if ('code' in send || 'status' in send) {
      this.#refuse(send, caller);
      return;
    }
    const behaviours = send.tokens.map((token) => ({ token, behaviour: this.world.faults.next('hms', token) }));
    if (behaviours.some(({ behaviour }) => cutOff(behaviour, caller) === 'unprocessed')) {
      this.world.ledger.summary.cut('hms');
      return;
    }
    const refusal = behaviours.map(({ behaviour }) => refusalOf(behaviour)).find((found) => found !== undefined);
    if (refusal) this.#refuse(refusal, caller);
    else if (send.validateOnly) this.#validate(caller);
    else this.#deliver(request, send, app, behaviours, caller);
  }

  /** Whether the caller may send for the app of the path. */
  #callerProblem({ fields }: Http1Request, app: string): HmsRefusal | undefined {
    const bearer = /^bearer (.+)$/i.exec(fieldOf(fields, 'authorization') ?? '')?.[1];
    if (bearer === undefined) return { code: '80200001' };
    const found = this.#tokens.find(bearer);
    if (typeof found === 'string') return { code: found === 'expired' ? '80200003' : '80200001' };
    return found.owner === app ? undefined : { code: '80300002' };
  }

  #deliver(request: Http1Request, send: HmsSend, app: string, behaviours: Behaviours, caller: Caller): void {
    const illegal: Illegal = { dead: [], noRight: [] };
    let delayMs = 0;
    let isCut = false;
    const id = this.#nextId();
    for (const { token, behaviour } of behaviours) {
      if (isDead(behaviour)) illegal.dead.push(token);
      else if (behaviour.kind === 'wrong_sender' || this.world.owners.claim('hms', token, app) !== app) illegal.noRight.push(token);
      else {
        this.#accept(request, send.message, token, id);
        if (behaviour.kind === 'slow') delayMs = Math.max(delayMs, behaviour.delayMs);
        isCut ||= behaviour.kind === 'reset_after_body';
      }
    }
    if (send.tokens.length === 0) this.#accept(request, send.message, undefined, id);
    if (isCut) caller.reset();
    else caller.answer(this.#resultOf(send, illegal, id, behaviours), this.world.latencyMs + delayMs);
  }

  /** The tokens that were refused are named; said of nothing but dead ones, the whole request was wrong. */
  #resultOf({ tokens }: HmsSend, { dead, noRight }: Illegal, id: string, behaviours: Behaviours) {
    const failure = dead.length + noRight.length;
    if (failure === 0) return coded('80000000', undefined, id);
    const isNamed = behaviours.some(({ behaviour }) => behaviour.kind === 'answer');
    for (let n = 0; n < failure; n += 1) this.world.ledger.summary.reject('hms', n < noRight.length ? 'noRight' : 'illegal_tokens');
    if (dead.length === tokens.length && !isNamed) return coded('80300007', undefined, id);
    const counts = { success: tokens.length - failure, failure };
    const told = noRight.length === 0 ? { illegal_tokens: dead } : { illegalTokens: { noRight, tokenFormatError: dead } };
    return coded('80100000', JSON.stringify({ ...counts, ...told }), id);
  }

  #accept({ fields, body }: Http1Request, message: JsonObject, token: string | undefined, id: string): void {
    const { ledger, devices, clock } = this.world;
    const { send, receipt } = carillonPart(parsed(textOf(dataOf(message)['carillon'])));
    ledger.record({ provider: 'hms', token, id, send, receipt, fields, body });
    if (token === undefined) return;
    const group = objectOf(message['android'])['collapse_key'];
    const ttl = ttlSecondsOf(message);
    const expiresAt = ttl === 0 ? 0 : clock.now() + ttl * 1_000;
    const collapseId = typeof group === 'number' && group >= 0 ? String(group) : null;
    devices.deliver({ provider: 'hms', token, payload: message, collapseId, expiresAt });
  }

  #validate(caller: Caller): void {
    this.world.ledger.summary.validate('hms');
    caller.answer(coded('80000000', undefined, this.#nextId()), this.world.latencyMs);
  }

  #refuse(refusal: HmsRefusal, caller: Caller): void {
    this.world.ledger.summary.reject('hms', reasonOf(refusal));
    caller.answer(answerOf(refusal), this.world.latencyMs);
  }

  #nextId(): string {
    this.#messages += 1;
    return `${this.world.clock.now()}${String(this.#messages).padStart(12, '0')}`;
  }
}

function isDead({ kind }: Behaviour): boolean {
  return kind === 'invalid' || kind === 'invalid_since' || kind === 'moved' || kind === 'answer';
}
