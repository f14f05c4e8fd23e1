import { newId } from '#libs/kernel';
import type { TLSSocket } from 'node:tls';
import type { JsonObject } from '../devices/delivery.ts';
import type { Behaviour } from '../faults/behaviour.ts';
import type { SimulatedWorld } from '../simulated-world.ts';
import type { ServerIdentity } from '../tls/test-authority.ts';
import type { AnswerHead, Caller } from '../wire/caller.ts';
import { cutOff } from '../wire/cut-off.ts';
import { Http2Connection } from '../wire/http2-connection.ts';
import { SecureListener } from '../wire/secure-listener.ts';
import { headOf, type ApnsRefusal, type ApnsReason, statusOf } from './answers.ts';
import { ConnectionAuth, type ApnsEnvironment, type ShownCertificate } from './connection-auth.ts';
import { judge, tokenOfPath, Topics, type ApnsRequest } from './judge.ts';
import { PayloadReader, type ApnsPayload } from './payload.ts';
import type { ProviderTokens } from './provider-tokens.ts';
import { HeaderReader } from './request-headers.ts';

type Measure = 'widen' | 'narrow' | 'disconnect';

interface Limits {
  /** Surplus of errors over successes at which the connection is held to one stream. */
  readonly errors: number;
  /** Surplus of BadDeviceToken over successes at which it is ended. */
  readonly badTokens: number;
}

/** Of every reason that is about key, token or certificate. */
const credentialRefused = 403;

const usual: Limits = { errors: 100, badTokens: 200 };

/**
 * How a connection's behaviour is rewarded: one stream until the first valid push, many afterwards, one again after a credential was refused (until the
 * next valid push) or after many errors, and none for who floods APNs with malformed tokens. 410 is never held against a sender. The numbers are ours:
 * Apple names none.
 */
class Conduct {
  #isWide = false;
  #errors = 0;
  #badTokens = 0;

  constructor(private readonly limits = usual) {}

  accepted(): Measure | undefined {
    this.#errors = Math.max(0, this.#errors - 1);
    this.#badTokens = Math.max(0, this.#badTokens - 1);
    if (this.#isWide || this.#errors > this.limits.errors / 2) return undefined;
    this.#isWide = true;
    return 'widen';
  }

  refused(reason: ApnsReason): Measure | undefined {
    const status = statusOf(reason);
    if (status < 400 || status >= 500 || status === 410) return undefined;
    this.#errors = Math.min(this.#errors + 1, this.limits.errors);
    if (reason === 'BadDeviceToken') this.#badTokens += 1;
    if (this.#badTokens >= this.limits.badTokens) return 'disconnect';
    if (!this.#isWide || (status !== credentialRefused && this.#errors < this.limits.errors)) return undefined;
    this.#isWide = false;
    return 'narrow';
  }
}

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
    takesCertificates: true,
    onHttp2: (socket) => new ApnsConnection(socket, options, world, tokens),
  });
}

class ApnsConnection {
  readonly #connection: Http2Connection;
  readonly #auth: ConnectionAuth;
  readonly #conduct = new Conduct();
  readonly #headers = new HeaderReader();
  readonly #payloads = new PayloadReader();
  readonly #topics: Topics;

  constructor(
    socket: TLSSocket,
    private readonly options: ApnsOptions,
    private readonly world: SimulatedWorld,
    tokens: ProviderTokens,
  ) {
    const process = (fields: readonly string[], body: Buffer, caller: Caller): void => {
      this.#receive(fields, body, caller);
    };
    this.#topics = new Topics(options.environment);
    const certificate = shownCertificate(socket, world);
    this.#auth = new ConnectionAuth(options.environment, tokens, certificate);
    const streams = certificate ? options.streams : 1;
    this.#connection = new Http2Connection(socket, { provider: 'apns', streams, overLimit: 'refuse', process }, world);
  }

  #receive(fields: readonly string[], body: Buffer, caller: Caller): void {
    const headers = this.#headers.read(fields);
    const token = tokenOfPath(headers.path);
    const behaviour = token ? this.world.faults.next('apns', token) : ok;
    if (cutOff(behaviour, caller) === 'unprocessed') this.world.ledger.summary.cut('apns');
    else this.#process({ headers, fields, token, body, behaviour }, caller);
  }

  #process(request: ApnsRequest, caller: Caller): void {
    const nowMs = this.world.clock.now();
    const id = request.headers.id ?? newId();
    const verdict = judge(request, { topics: this.#topics, payloads: this.#payloads, auth: this.#auth, owners: this.world.owners, nowMs });
    if ('reason' in verdict) this.#refuse(verdict, id, caller);
    else this.#accept(request, verdict.payload, id, nowMs, caller);
  }

  #refuse(refusal: ApnsRefusal, id: string, caller: Caller): void {
    this.world.ledger.summary.reject('apns', refusal.reason);
    caller.answer({ head: headOf(refusal.reason), own: ['apns-id', id], body: JSON.stringify(refusal) }, this.world.latencyMs);
    this.#take(this.#conduct.refused(refusal.reason));
  }

  #accept(request: ApnsRequest, payload: ApnsPayload, id: string, nowMs: number, caller: Caller): void {
    const { fields, body, behaviour } = request;
    const token = request.token ?? '';
    const { send, receipt } = payload;
    this.world.ledger.record({ provider: 'apns', token, id: id.toLowerCase(), send, receipt, fields, body }, nowMs);
    if (this.world.devices.expects('apns', token)) this.#deliver(request, payload.parse(), token);
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

/** Undefined when the client showed none; null for one that nobody registered. */
function shownCertificate(socket: TLSSocket, { accounts }: SimulatedWorld): ShownCertificate | undefined {
  const shown = socket.getPeerX509Certificate();
  if (!shown) return undefined;
  const known = accounts.find('apns', shown.fingerprint256);
  return known && 'topics' in known ? known : null;
}
