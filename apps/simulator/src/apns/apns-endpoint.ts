import type { Socket } from 'node:net';
import { newId } from '#libs/kernel';
import { carillonPart, type JsonObject } from '../devices/delivery.ts';
import type { Behaviour } from '../faults/behaviour.ts';
import type { SimulatedWorld } from '../simulated-world.ts';
import type { ServerIdentity } from '../tls/test-authority.ts';
import type { AnswerHead, Caller } from '../wire/caller.ts';
import { cutOff } from '../wire/cut-off.ts';
import { Http2Connection } from '../wire/http2-connection.ts';
import { SecureListener } from '../wire/secure-listener.ts';
import { headOf, type ApnsRefusal } from './answers.ts';
import { Conduct, type Measure } from './conduct.ts';
import { ConnectionAuth, type ApnsEnvironment } from './connection-auth.ts';
import { judge, tokenOfPath, type ApnsRequest } from './judge.ts';
import type { ProviderTokens } from './provider-tokens.ts';
import { readHeaders } from './request-headers.ts';

export interface ApnsOptions {
  readonly environment: ApnsEnvironment;
  readonly identity: ServerIdentity;
  readonly host: string;
  readonly port: number;
  readonly portSetting: string;
  /** Streams a connection may have open after its first valid push. */
  readonly streams: number;
}

const ok: Behaviour = { kind: 'ok' };
const accepted: AnswerHead = [':status', '200'];
/** Without an expiration the storage policy is the server's. */
const keptMs = 30 * 86_400_000;

/** Simulated APNs of one environment: HTTP/2 only, one stream a connection at first. Throws PortTaken. */
export function openApns(options: ApnsOptions, world: SimulatedWorld, tokens: ProviderTokens): Promise<SecureListener> {
  return SecureListener.open({
    identity: options.identity,
    host: options.host,
    port: options.port,
    setting: options.portSetting,
    onHttp2: (socket) => new ApnsConnection(socket, options, world, tokens),
  });
}

class ApnsConnection {
  readonly #connection: Http2Connection;
  readonly #auth: ConnectionAuth;
  readonly #conduct = new Conduct();

  constructor(
    socket: Socket,
    private readonly options: ApnsOptions,
    private readonly world: SimulatedWorld,
    tokens: ProviderTokens,
  ) {
    const process = (fields: readonly string[], body: Buffer, caller: Caller): void => {
      this.#receive(fields, body, caller);
    };
    this.#auth = new ConnectionAuth(options.environment, tokens, world.clock);
    this.#connection = new Http2Connection(socket, { provider: 'apns', streams: 1, overLimit: 'refuse', process }, world);
  }

  #receive(fields: readonly string[], body: Buffer, caller: Caller): void {
    const headers = readHeaders(fields);
    const token = tokenOfPath(headers.path);
    const behaviour = token ? this.world.faults.next('apns', token) : ok;
    if (cutOff(behaviour, caller) === 'unprocessed') this.world.ledger.summary.cut('apns');
    else this.#process({ headers, fields, token, body, behaviour }, caller);
  }

  #process(request: ApnsRequest, caller: Caller): void {
    const { environment } = this.options;
    const nowMs = this.world.clock.now();
    const id = request.headers.id ?? newId();
    const verdict = judge(request, { environment, auth: this.#auth, owners: this.world.owners, nowMs });
    if ('reason' in verdict) this.#refuse(verdict, id, caller);
    else this.#accept(request, verdict.payload, id, caller);
  }

  #refuse(refusal: ApnsRefusal, id: string, caller: Caller): void {
    this.world.ledger.summary.reject('apns', refusal.reason);
    caller.answer({ head: headOf(refusal.reason), own: ['apns-id', id], body: JSON.stringify(refusal) }, this.world.latencyMs);
    this.#take(this.#conduct.refused(refusal.reason));
  }

  #accept(request: ApnsRequest, payload: JsonObject, id: string, caller: Caller): void {
    const { fields, body, behaviour } = request;
    const token = request.token ?? '';
    const { send, receipt } = carillonPart(payload['carillon']);
    this.world.ledger.record({ provider: 'apns', token, id: id.toLowerCase(), send, receipt, fields, body });
    this.#deliver(request, payload, token);
    this.#take(this.#conduct.accepted());
    if (behaviour.kind === 'reset_after_body') {
      caller.reset();
      return;
    }
    const own = this.options.environment === 'sandbox' ? ['apns-id', id, 'apns-unique-id', newId()] : ['apns-id', id];
    caller.answer({ head: accepted, own }, this.world.latencyMs + (behaviour.kind === 'slow' ? behaviour.delayMs : 0));
  }

  #deliver({ headers: { expiration, collapseId } }: ApnsRequest, payload: JsonObject, token: string): void {
    const expiresAt = expiration === undefined ? this.world.clock.now() + keptMs : Number(expiration) * 1_000;
    this.world.devices.deliver({ provider: 'apns', token, payload, collapseId: collapseId ?? null, expiresAt });
  }

  #take(measure: Measure | undefined): void {
    if (measure === undefined || this.#connection.isEnding) return;
    if (measure === 'disconnect') this.#connection.end(false, 'BadDeviceToken');
    else this.#connection.limitStreams(measure === 'widen' ? this.options.streams : 1);
  }
}
