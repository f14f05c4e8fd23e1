import { fieldErrors } from '#libs/api';
import { PushToken } from '#libs/kernel';
import { TagExpressionInvalid, parseTagExpression } from '#libs/registry';
import { tokenForm } from '#libs/registry-http';
import { readFilterText } from './filter-text.ts';
import { isEmptyTarget, kindsIn, targetOfKind, type TargetBody, type TargetKind } from './target-body.ts';
import { readCondition } from './topic-condition.ts';
import { FilterReader, type WrittenFilter } from './written-filter.ts';
import type { SendProblem } from './send-invalid.ts';
import type { RequestedTarget, RequestedUser } from '../send/send-request.ts';

/** Where a target stands in its body, and which kinds that call takes. */
export interface TargetPlace {
  /** JSON Pointer. */
  readonly pointer: string;
  readonly kinds: readonly TargetKind[];
}

export const sendTarget: TargetPlace = {
  pointer: '/to',
  kinds: ['everyone', 'tags', 'filter', 'audience', 'users', 'installations', 'tokens', 'topic', 'condition'],
};

/** Reads a target; undefined where `problems` got what is wrong with it. */
export function readTarget(
  to: unknown,
  problems: SendProblem[],
  { pointer, kinds }: TargetPlace = sendTarget,
): RequestedTarget | undefined {
  if (isEmptyTarget(to)) {
    problems.push({ code: 'target_empty', pointer, message: 'Selects nobody; say {"everyone": true} to reach everyone' });
    return undefined;
  }
  const [kind, ...others] = typeof to === 'object' && to !== null ? kindsIn(to).filter((named) => kinds.includes(named)) : [];
  if (!kind || others.length > 0) {
    problems.push({ pointer, message: `Must be exactly one of ${kinds.join(', ')}` });
    return undefined;
  }
  const found: SendProblem[] = [];
  const schema = targetOfKind(kind);
  const parsed = schema.safeParse(to);
  const target = parsed.success ? targetFrom(parsed.data, found) : undefined;
  if (!parsed.success) found.push(...fieldErrors(parsed.error.issues, schema));
  problems.push(...found.map((problem) => ({ ...problem, pointer: `${pointer}${problem.pointer}` })));
  return target;
}

function targetFrom(body: TargetBody, problems: SendProblem[]): RequestedTarget | undefined {
  if ('everyone' in body) return { kind: 'everyone' };
  if ('tags' in body) return tagsFrom(body.tags, problems);
  if ('filter' in body) return filterFrom(body.filter, problems);
  if ('text' in body) return writtenFrom(readFilterText(body.text, '/text', problems));
  if ('audience' in body) return { kind: 'audience', name: body.audience };
  if ('users' in body) return { kind: 'users', users: usersFrom(body.users) };
  if ('installations' in body) return { kind: 'installations', ids: [...new Set(body.installations)] };
  if ('topic' in body) return { kind: 'shared', address: { provider: 'fcm', topic: body.topic } };
  if ('condition' in body) return conditionFrom(body.condition, problems);
  return tokensFrom(body, problems);
}

function conditionFrom(written: string, problems: SendProblem[]): RequestedTarget | undefined {
  const { text, problem } = readCondition(written);
  if (text !== undefined) return { kind: 'shared', address: { provider: 'fcm', condition: text } };
  problems.push({ code: 'condition_invalid', pointer: '/condition', ...problem });
  return undefined;
}

function tagsFrom(text: string, problems: SendProblem[]): RequestedTarget | undefined {
  try {
    return { kind: 'tags', text, expression: parseTagExpression(text) };
  } catch (error) {
    if (!(error instanceof TagExpressionInvalid)) throw error;
    problems.push({ code: 'tag_expression_invalid', pointer: '/tags', message: error.message, position: error.position });
    return undefined;
  }
}

function filterFrom(filter: Readonly<Record<string, unknown>>, problems: SendProblem[]): RequestedTarget | undefined {
  const reader = new FilterReader('/filter');
  const written = reader.read(filter);
  problems.push(...reader.problems);
  return writtenFrom(reader.problems.length > 0 ? undefined : written);
}

function writtenFrom(written: WrittenFilter | undefined): RequestedTarget | undefined {
  return written && { kind: 'filter', written };
}

/** A user named twice counts once, as named first. */
function usersFrom(users: Extract<TargetBody, { users: unknown }>['users']): RequestedUser[] {
  const byId = new Map<string, RequestedUser>();
  for (const user of users) {
    const { externalId, variables = null } = typeof user === 'string' ? { externalId: user } : user;
    if (!byId.has(externalId)) byId.set(externalId, { externalId, variables });
  }
  return [...byId.values()];
}

function tokensFrom({ provider, tokens }: Extract<TargetBody, { tokens: unknown }>, problems: SendProblem[]): RequestedTarget | undefined {
  const texts = new Set<string>();
  const found = problems.length;
  for (const [index, token] of tokens.entries()) {
    const form = tokenForm(provider, token);
    if (form.text !== undefined) texts.add(form.text);
    else problems.push(...form.problems.map(({ pointer, message }) => ({ pointer: `/tokens/${index}${pointer}`, message })));
  }
  return problems.length > found ? undefined : { kind: 'tokens', provider, tokens: [...texts].map((text) => new PushToken(text)) };
}
