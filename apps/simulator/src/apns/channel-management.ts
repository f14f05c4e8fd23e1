import { fieldOf } from '#libs/http2';
import { newId } from '#libs/kernel';
import type { TLSSocket } from 'node:tls';
import { isObject } from '../devices/delivery.ts';
import type { SimulatedWorld } from '../simulated-world.ts';
import type { ServerIdentity } from '../tls/test-authority.ts';
import { AnswerHeads } from '../wire/answer-heads.ts';
import type { Caller } from '../wire/caller.ts';
import { Http2Connection } from '../wire/http2-connection.ts';
import { SecureListener } from '../wire/secure-listener.ts';
import { shownCertificate } from './apns-endpoint.ts';
import { headOf, type ApnsReason } from './answers.ts';
import { channelOf, channelTopicOf, isChannelPushType, requestIdProblem } from './broadcast-rules.ts';
import type { BroadcastChannels } from './channels.ts';
import { ConnectionAuth, type ApnsEnvironment } from './connection-auth.ts';
import { Topics } from './judge.ts';
import type { ProviderTokens } from './provider-tokens.ts';

export interface ManagementOptions {
  readonly environment: ApnsEnvironment;
  readonly identity: ServerIdentity;
  readonly host: string;
  readonly port: number;
  readonly portSetting: string;
}

/** Not documented. */
const streams = 100;
const managementPath = /^\/1\/apps\/([^/]*)\/(channels|all-channels)$/;
const heads = new AnswerHeads([]);

interface ManagementRequest {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly authorization: string | undefined;
  readonly channelId: string | undefined;
  readonly requestId: string | undefined;
  readonly body: Buffer;
}

interface ManagementAnswer {
  readonly status: number;
  readonly channelId?: string;
  readonly body?: object;
}

/** Where Apple lets channels be made, listed and deleted, of one environment: a host and port of its own, HTTP/2 only. Throws PortTaken. */
export function openChannelManagement(
  { environment, identity, host, port, portSetting: setting }: ManagementOptions,
  world: SimulatedWorld,
  tokens: ProviderTokens,
  channels: BroadcastChannels,
): Promise<SecureListener> {
  const onHttp2 = (socket: TLSSocket): unknown => {
    const auth = new ConnectionAuth(environment, tokens, shownCertificate(socket, world));
    const service = new ChannelService(environment, auth, channels, world);
    const process = (fields: readonly string[], body: Buffer, caller: Caller): void => {
      const asked = (name: string) => fieldOf(fields, name);
      const [method, path, authorization] = [asked(':method'), asked(':path'), asked('authorization')];
      const requestId = asked('apns-request-id');
      const said = service.answer({ method, path, authorization, channelId: asked('apns-channel-id'), requestId, body });
      const own = ['apns-request-id', requestId ?? newId()];
      if (typeof said === 'string') caller.answer({ head: headOf(said), own, body: JSON.stringify({ reason: said }) }, world.latencyMs);
      else {
        const named = said.channelId === undefined ? own : [...own, 'apns-channel-id', said.channelId];
        caller.answer({ head: heads.of(said.status), own: named, ...(said.body && { body: JSON.stringify(said.body) }) }, world.latencyMs);
      }
    };
    return new Http2Connection(socket, { provider: 'apns', streams, overLimit: 'refuse', process }, world);
  };
  return SecureListener.open({ identity, host, port, setting, takesCertificates: true, onHttp2 });
}

/** What one connection asks for. */
class ChannelService {
  readonly #topics: Topics;

  constructor(
    private readonly environment: ApnsEnvironment,
    private readonly auth: ConnectionAuth,
    private readonly channels: BroadcastChannels,
    private readonly world: SimulatedWorld,
  ) {
    this.#topics = new Topics(environment);
  }

  answer(request: ManagementRequest): ManagementAnswer | ApnsReason {
    const [, bundleId, what] = managementPath.exec(request.path ?? '') ?? [];
    if (bundleId === undefined) return 'BadPath';
    const key = this.auth.check(request.authorization, this.world.clock.now());
    if (typeof key === 'string') return key;
    const problem = this.#topics.problem(channelTopicOf(bundleId), 'liveactivity', key) ?? requestIdProblem(request.requestId);
    if (problem) return problem;
    if (what === 'all-channels')
      return request.method === 'GET'
        ? { status: 200, body: { channels: this.channels.list(this.environment, bundleId) } }
        : 'MethodNotAllowed';
    if (request.method === 'POST') return this.#create(bundleId, request.body);
    return request.method === 'GET' || request.method === 'DELETE' ? this.#named(bundleId, request) : 'MethodNotAllowed';
  }

  #create(bundleId: string, body: Buffer): ManagementAnswer | ApnsReason {
    const asked = parsed(body);
    if (!isObject(asked)) return 'BadRequestPayload';
    const policy = asked['message-storage-policy'];
    if (policy !== 0 && policy !== 1) return 'BadRequestPayload';
    if (asked['push-type'] === undefined) return 'MissingPushType';
    if (!isChannelPushType(asked['push-type'])) return 'InvalidPushType';
    const channel = this.channels.create(this.environment, bundleId, policy === 1);
    return channel ? { status: 201, channelId: channel.id } : 'CannotCreateChannelConfig';
  }

  #named(bundleId: string, { method, channelId }: ManagementRequest): ManagementAnswer | ApnsReason {
    const channel = channelOf(channelId, bundleId, { channels: this.channels, environment: this.environment });
    if (typeof channel === 'string') return channel;
    if (method === 'GET')
      return { status: 200, body: { 'message-storage-policy': channel.keepsLatest ? 1 : 0, 'push-type': 'LiveActivity' } };
    this.channels.delete(channel);
    return { status: 204 };
  }
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
