import type { IncomingHttpHeaders, ServerHttp2Session, ServerHttp2Stream } from 'node:http2';
import { newId } from '#libs/kernel';
import { carillonPart, type JsonObject } from '../devices/delivery.ts';
import type { Behaviour } from '../faults/behaviour.ts';
import type { SimulatedWorld } from '../simulated-world.ts';
import type { ServerIdentity } from '../tls/test-authority.ts';
import type { Caller } from '../wire/caller.ts';
import { cutOff } from '../wire/cut-off.ts';
import { Http2Connection } from '../wire/http2-connection.ts';
import { SecureListener } from '../wire/secure-listener.ts';
import { statusOf, type ApnsRefusal } from './answers.ts';
import { Conduct, type Measure } from './conduct.ts';
import { ConnectionAuth, type ApnsEnvironment } from './connection-auth.ts';
import { judge, tokenOfPath, type ApnsRequest } from './judge.ts';
import type { ProviderTokens } from './provider-tokens.ts';

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

/** Simulated APNs of one environment: HTTP/2 only, one stream a connection at first. Throws PortTaken. */
export function openApns(options: ApnsOptions, world: SimulatedWorld, tokens: ProviderTokens): Promise<SecureListener> {
  return SecureListener.open({
    identity: options.identity,
    host: options.host,
    port: options.port,
    setting: options.portSetting,
    streamLimit: 1,
    onSession: (session) => {
      const connection = new ApnsConnection(session, options, world, tokens);
      session.on('stream', (stream, headers, _flags, rawHeaders) => {
        connection.receive(stream, headers, rawHeaders);
      });
    },
  });
}

class ApnsConnection {
  readonly #connection: Http2Connection;
  readonly #auth: ConnectionAuth;
  readonly #conduct = new Conduct();

  constructor(
    private readonly session: ServerHttp2Session,
    private readonly options: ApnsOptions,
    private readonly world: SimulatedWorld,
    tokens: ProviderTokens,
  ) {
    this.#connection = new Http2Connection(session, 'apns', world);
    this.#auth = new ConnectionAuth(options.environment, tokens, world.clock);
  }

  receive(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, rawHeaders: readonly string[]): void {
    this.#connection.receive(stream, (body, caller) => {
      const token = tokenOfPath(headers[':path']);
      const behaviour = token ? this.world.faults.next('apns', token) : ok;
      if (cutOff(behaviour, caller) === 'unprocessed') this.world.ledger.summary.cut('apns');
      else this.#process({ headers, rawHeaders, token, body, behaviour }, caller);
    });
  }

  #process(request: ApnsRequest, caller: Caller): void {
    const { environment } = this.options;
    const nowMs = this.world.clock.now();
    const id = headerOf(request.headers, 'apns-id') ?? newId();
    const verdict = judge(request, { environment, auth: this.#auth, owners: this.world.owners, nowMs });
    if ('reason' in verdict) this.#refuse(verdict, id, caller);
    else this.#accept(request, verdict.payload, id, caller);
  }

  #refuse(refusal: ApnsRefusal, id: string, caller: Caller): void {
    this.world.ledger.summary.reject('apns', refusal.reason);
    const headers = { 'apns-id': id, 'content-type': 'application/json; charset=utf-8' };
    caller.answer({ status: statusOf(refusal.reason), headers, body: JSON.stringify(refusal) }, this.world.latencyMs);
    this.#take(this.#conduct.refused(refusal.reason));
  }

  #accept(request: ApnsRequest, payload: JsonObject, id: string, caller: Caller): void {
    const { rawHeaders, body, behaviour } = request;
    const token = request.token ?? '';
    const { send, receipt } = carillonPart(payload['carillon']);
    this.world.ledger.record({ provider: 'apns', token, id, send, receipt, rawHeaders, body });
    this.#deliver(request, payload, token);
    this.#take(this.#conduct.accepted());
    if (behaviour.kind === 'reset_after_body') {
      caller.reset();
      return;
    }
    const headers = { 'apns-id': id, ...(this.options.environment === 'sandbox' ? { 'apns-unique-id': newId() } : {}) };
    caller.answer({ status: 200, headers }, this.world.latencyMs + (behaviour.kind === 'slow' ? behaviour.delayMs : 0));
  }

  /** Without an expiration the storage policy is the server's: 30 days. */
  #deliver({ headers }: ApnsRequest, payload: JsonObject, token: string): void {
    const expiration = headerOf(headers, 'apns-expiration');
    const expiresAt = expiration === undefined ? this.world.clock.now() + 30 * 86_400_000 : Number(expiration) * 1_000;
    this.world.devices.deliver({ provider: 'apns', token, payload, collapseId: headerOf(headers, 'apns-collapse-id') ?? null, expiresAt });
  }

  #take(measure: Measure | undefined): void {
    if (measure === undefined || this.session.closed || this.session.destroyed) return;
    if (measure === 'disconnect') this.#connection.end(false, 'BadDeviceToken');
    else this.session.settings({ maxConcurrentStreams: measure === 'widen' ? this.options.streams : 1 });
  }
}

function headerOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}
