import type { Behaviour } from '../faults/behaviour.ts';
import type { TokenOwners } from '../ledger/token-owners.ts';
import { type ApnsReason, type ApnsRefusal, isApnsReason, statusOf } from './answers.ts';
import type { ApnsEnvironment, ConnectionAuth } from './connection-auth.ts';
import type { ApnsPayload, PayloadReader } from './payload.ts';
import type { ApnsHeaders } from './request-headers.ts';
import type { KnownApnsCertificate, KnownApnsKey } from './traits.ts';

/** What each push type adds to the bundle id to make the topic. */
const suffixes: Readonly<Record<string, string>> = {
  alert: '',
  background: '',
  voip: '.voip',
  complication: '.complication',
  fileprovider: '.pushkit.fileprovider',
  location: '.location-query',
  pushtotalk: '.voip-ptt',
  liveactivity: '.push-type.liveactivity',
  widgets: '.push-type.widgets',
  controls: '.push-type.controls',
};

/** Push types that no certificate reaches. */
const tokenOnly: ReadonlySet<string> = new Set(['location', 'liveactivity']);

const reserved = Object.values(suffixes).filter((suffix) => suffix !== '');

const maxTopic = 255;

const maxCollapseId = 64;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export interface ApnsRequest {
  readonly headers: ApnsHeaders;
  /** All header fields, names and values in turn. */
  readonly fields: readonly string[];
  /** From the path, lower case; undefined when the path is none of APNs. */
  readonly token: string | undefined;
  readonly body: Buffer;
  readonly behaviour: Behaviour;
}

export interface ApnsWorld {
  readonly topics: Topics;
  readonly payloads: PayloadReader;
  readonly auth: ConnectionAuth;
  readonly owners: TokenOwners;
  readonly nowMs: number;
}

const devicePath = '/3/device/';
const wellFormedToken = /^(?:[0-9a-f]{2}){8,200}$/;

/** The token of `/3/device/<token>`, which may be empty; undefined for another path. */
export function tokenOfPath(path: string | undefined): string | undefined {
  if (!path?.startsWith(devicePath)) return undefined;
  const token = path.slice(devicePath.length);
  return token.includes('/') ? undefined : token.toLowerCase();
}

/** The payload of a message that APNs takes, or why it does not. The order is APNs': path, authorisation, topic, token, other headers, size. */
export function judge(request: ApnsRequest, world: ApnsWorld): { readonly payload: ApnsPayload } | ApnsRefusal {
  const { headers, token, body } = request;
  if (headers.method !== 'POST') return { reason: 'MethodNotAllowed' };
  if (token === undefined) return { reason: 'BadPath' };
  const { pushType } = headers;
  const key = world.auth.check(headers.authorization, world.nowMs);
  if (typeof key === 'string') return { reason: key };
  // A certificate of one topic stands for it.
  const topic = headers.topic ?? ('topics' in key && key.topics.length === 1 ? key.topics[0] : undefined);
  if (headers.hasDuplicates) return { reason: 'DuplicateHeaders' };
  const topicRefusal = world.topics.problem(topic, pushType, key);
  if (topicRefusal) return { reason: topicRefusal };
  const refusal = tokenRefusal(token, topic ?? '', request.behaviour, world);
  if (refusal) return refusal;
  const headerRefusal = headersProblem(headers);
  if (headerRefusal) return { reason: headerRefusal };
  const payload = world.payloads.read(body, pushType);
  return typeof payload === 'string' ? { reason: payload } : { payload };
}

function tokenRefusal(token: string, topic: string, behaviour: Behaviour, world: ApnsWorld): ApnsRefusal | undefined {
  if (token === '') return { reason: 'MissingDeviceToken' };
  if (!wellFormedToken.test(token)) return { reason: 'BadDeviceToken' };
  const refusal = refusalOf(behaviour, world.nowMs);
  if (refusal) return refusal;
  const claimant = world.topics.claimant(topic);
  // A token of another kind (VoIP, Live Activities) is another token: one that an app gets alerts by is none for these topics, and they make none theirs.
  const owner = claimant === undefined ? world.owners.ownerOf('apns', token) : world.owners.claim('apns', token, claimant);
  return owner === claimant ? undefined : { reason: ownerProblem(owner ?? '', world.topics.environment) };
}

/** Sandbox and production are separate token spaces: there, the token does not exist at all. */
function ownerProblem(owner: string, environment: ApnsEnvironment): ApnsReason {
  return owner.startsWith(`${environment} `) ? 'DeviceTokenNotForTopic' : 'BadDeviceToken';
}

/** The headers that describe the message. Without `apns-priority` it is 10, which a background push must not have. */
export function headersProblem({ id, expiration, priority = '10', pushType, collapseId }: ApnsHeaders): ApnsReason | undefined {
  if (id !== undefined && !uuid.test(id)) return 'BadMessageId';
  if (expiration !== undefined && !/^\d{1,12}$/.test(expiration)) return 'BadExpirationDate';
  if (priority !== '10' && priority !== '5' && priority !== '1') return 'BadPriority';
  if (priority === '10' && pushType === 'background') return 'BadPriority';
  if (collapseId !== undefined && Buffer.byteLength(collapseId) > maxCollapseId) return 'BadCollapseId';
  return undefined;
}

/** What APNs says to a token with this fault; undefined when it accepts the message. It names no delay with 429 and 503, and no newer token. */
export function refusalOf(behaviour: Behaviour, nowMs: number): ApnsRefusal | undefined {
  switch (behaviour.kind) {
    case 'invalid':
    case 'moved':
      return { reason: 'Unregistered', timestamp: nowMs };
    case 'invalid_since':
      return { reason: 'Unregistered', timestamp: behaviour.at };
    case 'wrong_sender':
      return { reason: 'DeviceTokenNotForTopic' };
    case 'throttled':
      return { reason: 'TooManyRequests' };
    case 'unavailable':
      return { reason: 'ServiceUnavailable' };
    case 'goaway':
    case 'goaway_error':
      return { reason: 'Shutdown' };
    case 'answer':
      return named(behaviour.name, nowMs);
    case 'ok':
    case 'slow':
    case 'reset':
    case 'reset_after_body':
      return undefined;
  }
}

function named(reason: string, nowMs: number): ApnsRefusal | undefined {
  if (!isApnsReason(reason)) return undefined;
  return statusOf(reason) === 410 ? { reason, timestamp: nowMs } : { reason };
}

/** The topics that one connection pushes to. Most of its requests have the topic, push type and key of the request before, which was found good. */
export class Topics {
  #good: readonly [topic: string, pushType: string | undefined, key: KnownApnsKey | KnownApnsCertificate] | undefined;
  #claimed: { readonly topic: string; readonly claimant: string | undefined } = { topic: '', claimant: '' };

  constructor(readonly environment: ApnsEnvironment) {}

  problem(topic: string | undefined, pushType: string | undefined, key: KnownApnsKey | KnownApnsCertificate): ApnsReason | undefined {
    const good = this.#good;
    if (good && topic === good[0] && pushType === good[1] && key === good[2]) return undefined;
    const problem = topicProblem(topic, pushType, key);
    if (problem === undefined && topic !== undefined) this.#good = [topic, pushType, key];
    return problem;
  }

  /** Whose a token that takes alerts of this topic is; undefined where the topic is of another kind of token. */
  claimant(topic: string): string | undefined {
    if (topic !== this.#claimed.topic)
      this.#claimed = { topic, claimant: reservedSuffixOf(topic) === '' ? `${this.environment} ${topic}` : undefined };
    return this.#claimed.claimant;
  }
}

/**
 * Whether the key may push to this topic with this push type: a topic that ends as another type's do is not for this one. Without a type, as old senders push,
 * the topic says what it is. `mdm` needs a certificate.
 */
function topicProblem(
  topic: string | undefined,
  pushType: string | undefined,
  key: KnownApnsKey | KnownApnsCertificate,
): ApnsReason | undefined {
  if (!topic) return 'MissingTopic';
  if (topic.length > maxTopic || !/^[A-Za-z0-9][A-Za-z0-9.-]*$/.test(topic)) return 'BadTopic';
  if ('topics' in key && !key.topics.includes(topic)) return 'TopicDisallowed';
  if (pushType === 'mdm') return 'topics' in key ? undefined : 'TopicDisallowed';
  const suffix = pushType === undefined ? '' : suffixes[pushType];
  if (suffix === undefined) return 'InvalidPushType';
  if (!topic.endsWith(suffix)) return 'TopicDisallowed';
  if (pushType !== undefined && reservedSuffixOf(topic) !== suffix) return 'TopicDisallowed';
  const bundleId = topic.slice(0, topic.length - reservedSuffixOf(topic).length);
  if ('topics' in key) return tokenOnly.has(pushType ?? '') ? 'TopicDisallowed' : undefined;
  return key.bundleIds && !key.bundleIds.includes(bundleId) ? 'TopicDisallowed' : undefined;
}

/** What the topic adds to a bundle id; empty for what is one. */
function reservedSuffixOf(topic: string): string {
  return reserved.find((suffix) => topic.endsWith(suffix)) ?? '';
}
