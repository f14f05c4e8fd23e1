import { fieldOf } from '#libs/http2';
import { carillonPart, objectOf, parsed, textOf, type JsonObject } from '../devices/delivery.ts';
import type { Behaviour } from '../faults/behaviour.ts';
import type { SimulatedWorld } from '../simulated-world.ts';
import { AnswerHeads } from '../wire/answer-heads.ts';
import type { AnswerHead, Caller } from '../wire/caller.ts';
import { cutOff } from '../wire/cut-off.ts';
import { AccessTokens } from './access-tokens.ts';
import { errorBody, type FcmError } from './errors.ts';
import { callerProblem, readSend, tokenProblem, type SendRequest } from './judge.ts';
import { audienceOf, collapseKeyOf, ttlSecondsOf } from './message-rules.ts';
import { exchangeToken } from './oauth.ts';
import type { Quota } from './quota.ts';
import { isTopicPath, manageTopic } from './topic-management.ts';
import { TopicMembers } from './topic-members.ts';

export interface FcmRequest {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly authorization: string | undefined;
  /** All header fields, names and values in turn. */
  readonly fields: readonly string[];
  readonly body: Buffer;
}

const sendPath = /^\/v1\/projects\/([^/?]{1,200})\/messages:send(?:\?.*)?$/;
export const tokenPath = '/token';
const notFoundPage = '<!DOCTYPE html><html lang=en><title>Error 404 (Not Found)!!1</title><p><b>404.</b> <ins>That’s an error.</ins>';
const json = new AnswerHeads(['content-type', 'application/json; charset=UTF-8']);
const jsonFound = json.of(200);
const notFound: AnswerHead = [':status', '404', 'content-type', 'text/html; charset=UTF-8'];
const ok: Behaviour = { kind: 'ok' };

/** FCM's HTTP v1 API and Google's token endpoint, apart from how requests arrive. The batch endpoint and all else is an HTML page with 404. */
export class FcmService {
  /** The addresses that an assertion for the token endpoint may name. */
  audiences: readonly string[] = [];
  readonly #tokens: AccessTokens;
  readonly #members = new TopicMembers();
  #messages = 0;

  constructor(
    private readonly world: SimulatedWorld,
    private readonly quota: Quota,
  ) {
    this.#tokens = new AccessTokens(world.clock);
  }

  receive(request: FcmRequest, caller: Caller): void {
    const { method, path } = request;
    const project = method === 'POST' ? sendPath.exec(path ?? '')?.[1] : undefined;
    if (project !== undefined) this.#send(request, project, caller);
    else if (method === 'POST' && path === tokenPath) this.#exchange(request, caller);
    else if (method === 'POST' && isTopicPath(path)) this.#manageTopic(request, caller);
    else caller.answer({ head: notFound, body: notFoundPage }, this.world.latencyMs);
  }

  #exchange({ body }: FcmRequest, caller: Caller): void {
    const { accounts, clock, ledger, latencyMs } = this.world;
    const world = { accounts, tokens: this.#tokens, nowMs: clock.now(), audiences: this.audiences };
    const answer = exchangeToken(body.toString('utf8'), world);
    if (answer.head[1] === '200') ledger.summary.of('fcm').credentials += 1;
    caller.answer(answer, latencyMs);
  }

  #manageTopic({ path = '', authorization, fields, body }: FcmRequest, caller: Caller): void {
    const { faults, owners, devices, latencyMs } = this.world;
    const bearer = fieldOf(fields, 'access_token_auth') === 'true' ? authorization : undefined;
    const answer = manageTopic(path, bearer, body, { tokens: this.#tokens, faults, owners, devices, members: this.#members });
    caller.answer({ head: json.of(answer.status), body: JSON.stringify(answer.body) }, latencyMs);
  }

  #send(request: FcmRequest, project: string, caller: Caller): void {
    const problem = callerProblem(request.authorization, project, this.#tokens, this.quota);
    const send = problem ?? readSend(request.body);
    if ('reason' in send) {
      this.#refuse(send, caller);
      return;
    }
    const behaviour = send.address === undefined ? ok : this.world.faults.next('fcm', send.address);
    if (cutOff(behaviour, caller) === 'unprocessed') {
      this.world.ledger.summary.cut('fcm');
      return;
    }
    const refusal =
      send.address === undefined
        ? undefined
        : tokenProblem(send.address, project, send.message, behaviour, { owners: this.world.owners, quota: this.quota });
    if (refusal) this.#refuse(refusal, caller);
    else if (send.validateOnly) this.#validate(project, caller);
    else this.#accept(request, send, project, behaviour, caller);
  }

  #refuse(error: FcmError, caller: Caller): void {
    this.world.ledger.summary.reject('fcm', error.reason);
    const { retryAfterSeconds, authenticate } = error;
    const own = [
      ...(retryAfterSeconds === undefined ? [] : ['retry-after', String(retryAfterSeconds)]),
      ...(authenticate === undefined ? [] : ['www-authenticate', authenticate]),
    ];
    caller.answer({ head: json.of(error.code), own, body: errorBody(error) }, this.world.latencyMs);
  }

  #validate(project: string, caller: Caller): void {
    this.world.ledger.summary.validate('fcm');
    this.#answerName(`projects/${project}/messages/fake_message_id`, 0, caller);
  }

  #accept(request: FcmRequest, { message, address }: SendRequest, project: string, behaviour: Behaviour, caller: Caller): void {
    const { clock, ledger, devices } = this.world;
    const { fields, body } = request;
    const now = clock.now();
    this.#messages += 1;
    const name = `projects/${project}/messages/0:${now}${String(this.#messages).padStart(9, '0')}%simulated`;
    const { send, receipt } = carillonPart(parsed(textOf(objectOf(message['data'])['carillon'])));
    ledger.record({ provider: 'fcm', token: address, id: name, send, receipt, fields, body });
    const ttl = ttlSecondsOf(message);
    const delivery = { payload: message, collapseId: collapseKeyOf(message), expiresAt: ttl === 0 ? 0 : now + ttl * 1_000 };
    for (const token of this.#reached(message, address, project)) devices.deliver({ provider: 'fcm', token, ...delivery });
    if (behaviour.kind === 'reset_after_body') caller.reset();
    else this.#answerName(name, behaviour.kind === 'slow' ? behaviour.delayMs : 0, caller);
  }

  /** Tokens that somebody would see the message at. */
  *#reached(message: JsonObject, address: string | undefined, project: string): Iterable<string> {
    const audience = audienceOf(message);
    if (audience) yield* this.#members.matching(project, audience);
    else if (address !== undefined && this.world.devices.expects('fcm', address)) yield address;
  }

  #answerName(name: string, delayMs: number, caller: Caller): void {
    caller.answer({ head: jsonFound, body: `{"name":${JSON.stringify(name)}}` }, this.world.latencyMs + delayMs);
  }
}
