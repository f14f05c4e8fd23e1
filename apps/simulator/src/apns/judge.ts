import type { JsonObject } from '../devices/delivery.ts';
import type { Behaviour } from '../faults/behaviour.ts';
import type { TokenOwners } from '../ledger/token-owners.ts';
import type { ApnsReason, ApnsRefusal } from './answers.ts';
import type { ApnsEnvironment, ConnectionAuth } from './connection-auth.ts';
import { refusalOf } from './fault-answers.ts';
import { headersProblem } from './message-headers.ts';
import { readPayload } from './payload.ts';
import type { ApnsHeaders } from './request-headers.ts';
import { topicProblem } from './topic.ts';

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
  readonly environment: ApnsEnvironment;
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
export function judge(request: ApnsRequest, world: ApnsWorld): { readonly payload: JsonObject } | ApnsRefusal {
  const { headers, token, body } = request;
  if (headers.method !== 'POST') return { reason: 'MethodNotAllowed' };
  if (token === undefined) return { reason: 'BadPath' };
  const { pushType, topic } = headers;
  const key = world.auth.check(headers.authorization);
  if (typeof key === 'string') return { reason: key };
  if (headers.hasDuplicates) return { reason: 'DuplicateHeaders' };
  const topicRefusal = topicProblem(topic, pushType, key);
  if (topicRefusal) return { reason: topicRefusal };
  const refusal = tokenRefusal(token, topic ?? '', request.behaviour, world);
  if (refusal) return refusal;
  const headerRefusal = headersProblem(headers);
  if (headerRefusal) return { reason: headerRefusal };
  const payload = readPayload(body, pushType);
  return typeof payload === 'string' ? { reason: payload } : { payload };
}

function tokenRefusal(token: string, topic: string, behaviour: Behaviour, world: ApnsWorld): ApnsRefusal | undefined {
  if (token === '') return { reason: 'MissingDeviceToken' };
  if (!wellFormedToken.test(token)) return { reason: 'BadDeviceToken' };
  const refusal = refusalOf(behaviour, world.nowMs);
  if (refusal) return refusal;
  const claimant = `${world.environment} ${topic}`;
  const owner = world.owners.claim('apns', token, claimant);
  return owner === claimant ? undefined : { reason: ownerProblem(owner, world.environment) };
}

/** Sandbox and production are separate token spaces: there, the token does not exist at all. */
function ownerProblem(owner: string, environment: ApnsEnvironment): ApnsReason {
  return owner.startsWith(`${environment} `) ? 'DeviceTokenNotForTopic' : 'BadDeviceToken';
}
