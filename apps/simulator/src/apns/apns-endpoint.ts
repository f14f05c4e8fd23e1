import { newId } from '#libs/kernel';
import type { TLSSocket } from 'node:tls';
import { objectOf, type JsonObject } from '../devices/delivery.ts';
import type { Behaviour } from '../faults/behaviour.ts';
import type { SimulatedWorld } from '../simulated-world.ts';
import type { ServerIdentity } from '../tls/test-authority.ts';
import type { AnswerHead, Caller } from '../wire/caller.ts';
import { cutOff } from '../wire/cut-off.ts';
import { Http2Connection } from '../wire/http2-connection.ts';
import { SecureListener } from '../wire/secure-listener.ts';
import { headOf, type ApnsRefusal, type ApnsReason, statusOf } from './answers.ts';
import { ConnectionAuth, type ApnsEnvironment, type ShownCertificate } from './connection-auth.ts';
import { bundleOfBroadcast, judgeBroadcast } from './broadcast-rules.ts';
import type { BroadcastChannel, BroadcastChannels } from './channels.ts';
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
export function openApns(
  options: ApnsOptions,
  world: SimulatedWorld,
  tokens: ProviderTokens,
  channels: BroadcastChannels,
): Promise<SecureListener> {
  return SecureListener.open({
    identity: options.identity,
    host: options.host,
    port: options.port,
    setting: options.portSetting,
    takesCertificates: true,
    onHttp2: (socket) => new ApnsConnection(socket, options, world, tokens, channels),
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
    private readonly channels: BroadcastChannels,
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
    const bundleId = bundleOfBroadcast(headers.path);
    const token = bundleId === undefined ? tokenOfPath(headers.path) : headers.channelId;
    const behaviour = token ? this.world.faults.next('apns', token) : ok;
    if (cutOff(behaviour, caller) === 'unprocessed') this.world.ledger.summary.cut('apns');
    else this.#process({ headers, fields, token, body, behaviour }, bundleId, caller);
  }

  #process(request: ApnsRequest, bundleId: string | undefined, caller: Caller): void {
    const nowMs = this.world.clock.now();
    const isBroadcast = bundleId !== undefined;
    const [name, said] = isBroadcast
      ? (['apns-request-id', request.headers.requestId] as const)
      : (['apns-id', request.headers.id] as const);
    const id = said ?? newId();
    const world = { topics: this.#topics, payloads: this.#payloads, auth: this.#auth, owners: this.world.owners, nowMs };
    const verdict: { payload: ApnsPayload; channel?: BroadcastChannel } | ApnsRefusal = isBroadcast
      ? judgeBroadcast(request, bundleId, this.channels, world)
      : judge(request, world);
    if ('reason' in verdict) {
      this.#refuse(verdict, [name, id], caller);
      return;
    }
    const { payload, channel } = verdict;
    if (channel) this.#toFollowers(request, payload, channel);
    else this.#toDevice(request, payload);
    this.#accept(request, payload, [name, id], nowMs, caller);
  }

  /** `own`: the header that names the request, with its value. */
  #refuse(refusal: ApnsRefusal, own: readonly string[], caller: Caller): void {
    this.world.ledger.summary.reject('apns', refusal.reason);
    caller.answer({ head: headOf(refusal.reason), own, body: JSON.stringify(refusal) }, this.world.latencyMs);
    this.#take(this.#conduct.refused(refusal.reason));
  }

  #accept(request: ApnsRequest, { send, receipt }: ApnsPayload, own: readonly [string, string], nowMs: number, caller: Caller): void {
    const { fields, body, behaviour } = request;
    const id = own[1].toLowerCase();
    this.world.ledger.record({ provider: 'apns', token: request.token ?? '', id, send, receipt, fields, body }, nowMs);
    this.#take(this.#conduct.accepted());
    if (behaviour.kind === 'reset_after_body') {
      caller.reset();
      return;
    }
    const named = this.options.environment === 'sandbox' ? [...own, 'apns-unique-id', newId()] : own;
    caller.answer({ head: accepted, own: named }, this.world.latencyMs + (behaviour.kind === 'slow' ? behaviour.delayMs : 0));
  }

  #toDevice(request: ApnsRequest, payload: ApnsPayload): void {
    const { token = '', headers } = request;
    if (headers.pushType === 'liveactivity') this.channels.follow(this.options.environment, channelAskedFor(payload.parse()), token);
    if (this.world.devices.expects('apns', token)) this.#deliver(request, payload.parse(), token);
  }

  #toFollowers(request: ApnsRequest, payload: ApnsPayload, channel: BroadcastChannel): void {
    for (const token of this.channels.followersOf(channel))
      if (this.world.devices.expects('apns', token)) this.#deliver(request, payload.parse(), token);
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

function channelAskedFor({ aps }: JsonObject): unknown {
  return objectOf(aps)['input-push-channel'];
}

/** Undefined when the client showed none; null for one that nobody registered. */
export function shownCertificate(socket: TLSSocket, { accounts }: SimulatedWorld): ShownCertificate | undefined {
  const shown = socket.getPeerX509Certificate();
  if (!shown) return undefined;
  const known = accounts.find('apns', shown.fingerprint256);
  return known && 'topics' in known ? known : null;
}
