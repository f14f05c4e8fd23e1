import { isObject, parsed, textOf } from '../devices/delivery.ts';
import type { Faults } from '../faults/faults.ts';
import type { Devices } from '../devices/devices.ts';
import type { TokenOwners } from '../ledger/token-owners.ts';
import type { AccessTokens } from './access-tokens.ts';
import { errorOf } from './fault-answers.ts';
import { isTopic } from './condition.ts';
import { isToken } from './message-rules.ts';
import type { TopicMembers } from './topic-members.ts';

const maxTokens = 1_000;
const prefix = '/topics/';
const addPath = '/iid/v1:batchAdd';

interface TopicWorld {
  readonly tokens: AccessTokens;
  readonly faults: Faults;
  readonly owners: TokenOwners;
  readonly devices: Devices;
  readonly members: TopicMembers;
}

interface TopicAnswer {
  readonly status: number;
  readonly body: object;
}

/** `iid.googleapis.com`'s two calls, on this port. */
export function isTopicPath(path: string | undefined): boolean {
  return path === addPath || path === '/iid/v1:batchRemove';
}

/**
 * Puts up to 1,000 tokens on a topic or takes them off; a result each, `{}` where it went well. Who is on a topic is kept of tokens that somebody would see a
 * message at. A token's fault is its result; `times` count.
 */
export function manageTopic(path: string, authorization: string | undefined, body: Buffer, world: TopicWorld): TopicAnswer {
  const { tokens, faults, owners, devices, members } = world;
  const isAdding = path === addPath;
  const bearer = /^bearer (.+)$/i.exec(authorization ?? '')?.[1];
  const project = bearer === undefined ? undefined : tokens.findProject(bearer);
  if (project === undefined) return { status: 401, body: { error: 'Unauthorized' } };
  const asked = parsed(body.toString('utf8'));
  const to = isObject(asked) ? textOf(asked['to']) : undefined;
  const list = isObject(asked) ? asked['registration_tokens'] : undefined;
  if (to === undefined || !to.startsWith(prefix) || !isTopic(to.slice(prefix.length)))
    return { status: 400, body: { error: 'InvalidTopicName' } };
  if (!Array.isArray(list) || list.length === 0 || list.length > maxTokens) return { status: 400, body: { error: 'InvalidTokenList' } };
  return { status: 200, body: { results: list.map(resultOf) } };

  function resultOf(token: unknown): object {
    if (typeof token !== 'string' || !isToken(token)) return { error: 'INVALID_ARGUMENT' };
    const refusal = errorOf(faults.next('fcm', token));
    if (refusal) return { error: refusal.status };
    if (owners.claim('fcm', token, project ?? '') !== project) return { error: 'PERMISSION_DENIED' };
    const topic = to?.slice(prefix.length) ?? '';
    if (!isAdding) members.remove(project, token, topic);
    else if (devices.expects('fcm', token) && !members.add(project, token, topic)) return { error: 'TOO_MANY_TOPICS' };
    return {};
  }
}
