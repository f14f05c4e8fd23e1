import type { BroadcastChannel, BroadcastChannels } from './channels.ts';
import type { ApnsReason, ApnsRefusal } from './answers.ts';
import { headersProblem, refusalOf, type ApnsRequest, type ApnsWorld } from './judge.ts';
import type { ApnsPayload } from './payload.ts';

const broadcastPath = /^\/4\/broadcasts\/apps\/([^/]*)$/;
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const maxChannelId = 200;
/** The one kind of push that goes to channels; Apple's pages write it in two ways. */
const pushType = 'liveactivity';
const suffix = '.push-type.liveactivity';

/** The bundle id of `/4/broadcasts/apps/<bundle id>`; undefined for another path. */
export function bundleOfBroadcast(path: string | undefined): string | undefined {
  return path?.startsWith('/4/') ? broadcastPath.exec(path)?.[1] : undefined;
}

export function isChannelPushType(said: unknown): boolean {
  return typeof said === 'string' && said.toLowerCase() === pushType;
}

/** The topic whose right is asked for. */
export function channelTopicOf(bundleId: string): string {
  return bundleId + suffix;
}

/** The channel that is named for an app, or why there is none. */
export function channelOf(
  id: string | undefined,
  bundleId: string,
  { channels, environment }: { readonly channels: BroadcastChannels; readonly environment: BroadcastChannel['environment'] },
): BroadcastChannel | ApnsReason {
  if (id === undefined || id === '') return 'MissingChannelId';
  if (id.length > maxChannelId || !base64.test(id)) return 'BadChannelId';
  const channel = channels.find(environment, id);
  if (!channel) return 'ChannelNotRegistered';
  return channel.bundleId === bundleId ? channel : 'TopicMismatch';
}

export function requestIdProblem(id: string | undefined): ApnsReason | undefined {
  return id === undefined || uuid.test(id) ? undefined : 'BadRequestParams';
}

/** What a broadcast is, where APNs takes it, or why it does not. In the order of messages to devices, with the channel in the place of the token. */
export function judgeBroadcast(
  { headers, body, behaviour }: ApnsRequest,
  bundleId: string,
  channels: BroadcastChannels,
  { auth, topics, payloads, nowMs }: ApnsWorld,
): { readonly payload: ApnsPayload; readonly channel: BroadcastChannel } | ApnsRefusal {
  if (headers.method !== 'POST') return { reason: 'MethodNotAllowed' };
  const key = auth.check(headers.authorization, nowMs);
  if (typeof key === 'string') return { reason: key };
  if (headers.hasDuplicates) return { reason: 'DuplicateHeaders' };
  const topicRefusal = topics.problem(channelTopicOf(bundleId), pushType, key);
  if (topicRefusal) return { reason: topicRefusal };
  const fault = refusalOf(behaviour, nowMs);
  if (fault) return fault;
  const channel = channelOf(headers.channelId, bundleId, { channels, environment: topics.environment });
  if (typeof channel === 'string') return { reason: channel };
  if (headers.pushType === undefined) return { reason: 'MissingPushType' };
  if (!isChannelPushType(headers.pushType)) return { reason: 'InvalidPushType' };
  const problem = headersProblem(headers) ?? requestIdProblem(headers.requestId) ?? expirationProblem(headers.expiration, channel);
  if (problem) return { reason: problem };
  const payload = payloads.read(body, pushType, 'broadcast');
  return typeof payload === 'string' ? { reason: payload } : { payload, channel };
}

/** Apple wants it said, and a channel that keeps nothing takes 0 only. */
function expirationProblem(expiration: string | undefined, { keepsLatest }: BroadcastChannel): ApnsReason | undefined {
  return expiration !== undefined && (keepsLatest || Number(expiration) === 0) ? undefined : 'BadExpirationDate';
}
