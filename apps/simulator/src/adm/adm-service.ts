import { randomUUID } from 'node:crypto';
import { carillonPart, objectOf, parsed, textOf, type JsonObject } from '../devices/delivery.ts';
import type { Behaviour } from '../faults/behaviour.ts';
import { IssuedTokens } from '../oauth/issued-tokens.ts';
import { bearerOf } from '../oauth/token-request.ts';
import type { SimulatedWorld } from '../simulated-world.ts';
import type { Caller } from '../wire/caller.ts';
import { cutOff } from '../wire/cut-off.ts';
import type { Http1Request } from '../wire/http1-requests.ts';
import { admError, errorOf, type AdmError } from './answers.ts';
import { checksumOf, isError, readMessage } from './message-rules.ts';
import { admTokenPath, admTokenSeconds, loginWithAmazon } from './oauth.ts';

const sendPath = /^\/messaging\/registrations\/([^/?]{1,4096})\/messages$/;
const json = ['content-type', 'application/json'];
const defaultSeconds = 604_800;

/** Amazon Device Messaging with Login with Amazon. */
export class AdmService {
  readonly #tokens: IssuedTokens;

  constructor(private readonly world: SimulatedWorld) {
    this.#tokens = new IssuedTokens(world.clock, admTokenSeconds);
  }

  receive(request: Http1Request, caller: Caller): void {
    const { accounts, ledger, latencyMs } = this.world;
    if (request.method === 'POST' && request.path === admTokenPath) {
      const answer = loginWithAmazon(request, accounts, this.#tokens);
      if (answer.head[1] === '200') ledger.summary.of('adm').credentials += 1;
      caller.answer(answer, latencyMs);
      return;
    }
    const registration = request.method === 'POST' ? decoded(sendPath.exec(request.path)?.[1]) : undefined;
    if (registration === undefined) caller.answer({ head: [':status', '404'], body: '{"message":"Not Found"}', own: json }, latencyMs);
    else this.#send(request, registration, caller);
  }

  #send(request: Http1Request, registration: string, caller: Caller): void {
    const profile = this.#tokens.find(bearerOf(request.fields) ?? '');
    if (typeof profile === 'string') {
      this.#refuse(admError('AccessTokenExpired'), caller);
      return;
    }
    const message = readMessage(request.fields, request.body);
    if (isError(message)) {
      this.#refuse(message, caller);
      return;
    }
    const behaviour = this.world.faults.next('adm', registration);
    if (cutOff(behaviour, caller) === 'unprocessed') {
      this.world.ledger.summary.cut('adm');
      return;
    }
    const clientId = profile.owner;
    const isOfAnother = this.world.owners.claim('adm', registration, clientId) !== clientId;
    const error = errorOf(behaviour) ?? (isOfAnother ? admError('InvalidRegistrationId') : undefined);
    if (error) this.#refuse(error, caller);
    else this.#accept(request, message, registration, behaviour, caller);
  }

  #refuse({ status, reason, retryAfterSeconds, retryAtSeconds }: AdmError, caller: Caller): void {
    const { ledger, clock, latencyMs } = this.world;
    ledger.summary.reject('adm', reason ?? String(status));
    const at = retryAtSeconds === undefined ? undefined : new Date(clock.now() + retryAtSeconds * 1_000).toUTCString();
    const retryAfter = at ?? (retryAfterSeconds === undefined ? undefined : String(retryAfterSeconds));
    const own = [...json, 'x-amzn-requestid', randomUUID(), ...(retryAfter === undefined ? [] : ['retry-after', retryAfter])];
    caller.answer({ head: [':status', String(status)], own, body: JSON.stringify(reason === undefined ? {} : { reason }) }, latencyMs);
  }

  #accept({ fields, body }: Http1Request, message: JsonObject, registration: string, behaviour: Behaviour, caller: Caller): void {
    const { ledger, devices, clock, latencyMs } = this.world;
    const id = randomUUID();
    const data = objectOf(message['data']);
    const { send, receipt } = carillonPart(parsed(textOf(data['carillon'])));
    ledger.record({ provider: 'adm', token: registration, id, send, receipt, fields, body });
    const { expiresAfter = defaultSeconds } = message;
    const collapseId = textOf(message['consolidationKey']) ?? null;
    devices.deliver({
      provider: 'adm',
      token: registration,
      payload: message,
      collapseId,
      expiresAt: clock.now() + Number(expiresAfter) * 1_000,
    });
    if (behaviour.kind === 'reset_after_body') {
      caller.reset();
      return;
    }
    const canonical = behaviour.kind === 'moved' ? behaviour.token : registration;
    const own = [...json, 'x-amzn-requestid', id, 'x-amzn-data-md5', checksumOf(data)];
    const answer = { head: [':status', '200'] as const, own, body: JSON.stringify({ registrationID: canonical }) };
    caller.answer(answer, latencyMs + (behaviour.kind === 'slow' ? behaviour.delayMs : 0));
  }
}

function decoded(step: string | undefined): string | undefined {
  try {
    return step === undefined ? undefined : decodeURIComponent(step);
  } catch {
    return undefined;
  }
}
