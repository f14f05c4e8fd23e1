import { randomBytes } from 'node:crypto';
import { fieldOf } from '#libs/http2';
import { carillonPart } from '../devices/delivery.ts';
import { half, hash64 } from '../ledger/hash64.ts';
import { HashTable } from '../ledger/hash-table.ts';
import { IssuedTokens } from '../oauth/issued-tokens.ts';
import { bearerOf } from '../oauth/token-request.ts';
import type { SimulatedWorld } from '../simulated-world.ts';
import type { AnswerHead, Caller } from '../wire/caller.ts';
import { cutOff } from '../wire/cut-off.ts';
import type { Http1Request } from '../wire/http1-requests.ts';
import { answerTo, wnsAnswer, type WnsAnswer } from './answers.ts';
import { carillonOf, notificationOf } from './notification.ts';
import { exchangeClient, isTokenPath, wnsTokenSeconds } from './oauth.ts';
import { headerProblem, isTooLong, isWnsHost, kindOf } from './request-rules.ts';

const maxChannels = 1_000_000;
const lifetimeSeconds = 30 * 86_400;

/** WNS with both of its token endpoints. Channels live thirty days from the first time that they are sent to. */
export class WnsService {
  readonly #tokens: IssuedTokens;
  /** When a channel was first seen, in seconds from the start, and one. */
  readonly #firstSeen = new HashTable(maxChannels);
  readonly #startedAt: number;

  constructor(private readonly world: SimulatedWorld) {
    this.#tokens = new IssuedTokens(world.clock, wnsTokenSeconds);
    this.#startedAt = world.clock.now();
  }

  receive(request: Http1Request, caller: Caller): void {
    if (request.method === 'POST' && isTokenPath(request.path)) this.#exchange(request, caller);
    else this.#notify(request, caller);
  }

  #exchange(request: Http1Request, caller: Caller): void {
    const { accounts, ledger, latencyMs } = this.world;
    const answer = exchangeClient(request, accounts, this.#tokens);
    if (answer.head[1] === '200') ledger.summary.of('wns').credentials += 1;
    caller.answer(answer, latencyMs);
  }

  #notify(request: Http1Request, caller: Caller): void {
    const channel = `https://${fieldOf(request.fields, 'host')?.replace(/:443$/, '').toLowerCase() ?? ''}${request.path}`;
    const refusal = this.#problemOf(request, channel);
    if (refusal) {
      this.#refuse(refusal, caller);
      return;
    }
    const behaviour = this.world.faults.next('wns', channel);
    if (cutOff(behaviour, caller) === 'unprocessed') {
      this.world.ledger.summary.cut('wns');
      return;
    }
    const answer = answerTo(behaviour);
    if (answer && answer.status !== 200) this.#refuse(answer, caller);
    else if (answer?.notification === 'channelthrottled') this.#refuse(answer, caller, isStatusWanted(request));
    else this.#accept(request, channel, answer, behaviour, caller);
  }

  /** In the order in which WNS finds it: who, where, and then what. */
  #problemOf(request: Http1Request, channel: string): WnsAnswer | undefined {
    const { method, fields } = request;
    if (method !== 'POST') return wnsAnswer('405');
    if (!isWnsHost(fieldOf(fields, 'host'))) return wnsAnswer('404');
    const granted = this.#tokens.find(bearerOf(fields) ?? '');
    const account = typeof granted === 'string' ? undefined : this.world.accounts.find('wns', granted.owner);
    if (!account) return wnsAnswer('401');
    if ((URL.parse(channel)?.searchParams.get('token') ?? '') === '') return wnsAnswer('404');
    if (this.#isOver(channel)) return wnsAnswer('410');
    if (this.world.owners.claim('wns', channel, account.clientId) !== account.clientId) return wnsAnswer('403');
    const problem = headerProblem(request, account.tenantId !== undefined);
    if (problem !== undefined) return { status: 400, description: problem };
    return isTooLong(request) ? wnsAnswer('413') : undefined;
  }

  #isOver(channel: string): boolean {
    const now = Math.floor((this.world.clock.now() - this.#startedAt) / 1_000);
    hash64('wns', channel);
    const { high, low } = half;
    const seen = this.#firstSeen.get(high, low);
    if (seen === 0) this.#firstSeen.set(high, low, now + 1);
    return seen !== 0 && now - (seen - 1) >= lifetimeSeconds;
  }

  #refuse(answer: WnsAnswer, caller: Caller, isStatusWanted = false): void {
    this.world.ledger.summary.reject(
      'wns',
      answer.notification ?? (answer.description === 'Domain Blocked' ? 'domain_blocked' : String(answer.status)),
    );
    this.#answer(answer, isStatusWanted, caller, 0, randomBytes(8).toString('hex'));
  }

  #accept(
    request: Http1Request,
    channel: string,
    wanted: WnsAnswer | undefined,
    behaviour: { kind: string; delayMs?: number },
    caller: Caller,
  ): void {
    const { ledger, devices, clock } = this.world;
    const { fields, body } = request;
    const text = body.toString('utf8');
    const notification = notificationOf(kindOf(fields) ?? 'raw', text);
    const { send, receipt } = carillonPart(carillonOf(notification));
    const id = randomBytes(8).toString('hex');
    ledger.record({ provider: 'wns', token: channel, id, send, receipt, fields, body: Buffer.from(JSON.stringify(text)) });
    const isKept = fieldOf(fields, 'x-wns-cache-policy') !== 'no-cache';
    const isOff = devices.isOnline('wns', channel) === false;
    const status = wanted?.notification ?? (isOff && !isKept ? 'dropped' : 'received');
    if (notification && status === 'received') {
      const ttlMs = Number(fieldOf(fields, 'x-wns-ttl') ?? lifetimeSeconds) * 1_000;
      const collapseId = fieldOf(fields, 'x-wns-tag') ?? null;
      devices.deliver({ provider: 'wns', token: channel, payload: notification, collapseId, expiresAt: isKept ? clock.now() + ttlMs : 0 });
    }
    const device = wanted?.device ?? (isOff ? 'disconnected' : 'connected');
    if (behaviour.kind === 'reset_after_body') caller.reset();
    else this.#answer({ status: 200, notification: status, device }, isStatusWanted(request), caller, behaviour.delayMs ?? 0, id);
  }

  #answer(
    { status, notification, device, description, retryAfterSeconds }: WnsAnswer,
    isWanted: boolean,
    caller: Caller,
    delayMs: number,
    id: string,
  ): void {
    const own = [
      ...['x-wns-msg-id', id.toUpperCase(), 'x-wns-debug-trace', 'SIMULATED', 'ms-cv', `${id}.0`],
      ...(isWanted && notification !== undefined ? ['x-wns-status', notification] : []),
      ...(isWanted && device !== undefined ? ['x-wns-deviceconnectionstatus', device] : []),
      ...(description === undefined ? [] : ['x-wns-error-description', description]),
      ...(retryAfterSeconds === undefined ? [] : ['retry-after', String(retryAfterSeconds)]),
    ];
    const head: AnswerHead = [':status', String(status)];
    caller.answer({ head, own }, this.world.latencyMs + delayMs);
  }
}

function isStatusWanted({ fields }: Http1Request): boolean {
  return /^true$/i.test(fieldOf(fields, 'x-wns-requestforstatus') ?? '');
}
