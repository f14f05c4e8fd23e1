import { pathId } from '#libs/api';
import { PROVIDERS } from '#libs/kernel';
import { externalIdField, TOPIC_NAME } from '#libs/registry-http';
import { z } from 'zod';
import { jsonObject } from './json-object.ts';

const maxIds = 10_000;
const maxTokens = 1_000;
const maxExpression = 20_000; // 100 tags of 120 characters, and room
const maxToken = 4_096;
const maxCondition = 5_000;
const maxVariables = 32_768; // every rendering reads them

/** What Liquid may call `variables`. */
export const variablesBody = jsonObject(maxVariables).meta({ id: 'Variables', examples: [{ code: '88' }] });

export const everyoneTarget = z.strictObject({ everyone: z.literal(true) });
export const tagsTarget = z.strictObject({
  tags: z
    .string()
    .min(1)
    .max(maxExpression)
    .meta({ examples: ['vip && !muted'] }),
});
const maxFilter = 65_536;

/** What a filter is made of is checked apart, with all problems at once. */
const filterBody = jsonObject(maxFilter).meta({
  id: 'Filter',
  description: 'A tree of `and`, `or`, `not` and conditions on tags, attributes, device, user, place, time and chance: docs/targeting.md.',
  examples: [{ and: [{ tag: 'vip' }, { device: 'platform', op: 'in', value: ['ios', 'android'] }, { lastSeen: { after: 'P14D' } }] }],
});
export const filterTarget = z.strictObject({ filter: filterBody });
/** The same, as text. */
export const textTarget = z.strictObject({
  text: z
    .string()
    .min(1)
    .max(maxFilter)
    .meta({
      description: 'A filter in its text form.',
      examples: ['tag:vip and device.platform in (ios, android) and lastSeen(after: P14D)'],
    }),
});
export const audienceTarget = z.strictObject({ audience: pathId.meta({ description: 'The name of a saved audience.' }) });
/** A user by the app's own id, with variables where they differ. */
export const namedUser = z.union(
  [externalIdField, z.strictObject({ externalId: externalIdField, variables: variablesBody.exactOptional() })],
  'Must be an external id, or {externalId, variables}',
);
const usersTarget = z.strictObject({ users: z.array(namedUser).min(1).max(maxIds) });
const installationsTarget = z.strictObject({ installations: z.array(pathId).min(1).max(maxIds) });
const tokensTarget = z.strictObject({
  provider: z.enum(PROVIDERS),
  tokens: z
    .array(
      z.union(
        [
          z.string().min(1).max(maxToken),
          z.strictObject({
            endpoint: z.string(),
            keys: z.strictObject({ p256dh: z.string(), auth: z.string() }),
            applicationServerKey: z.string().optional(),
          }),
        ],
        'Must be a token as text, or {endpoint, keys: {p256dh, auth}}',
      ),
    )
    .min(1)
    .max(maxTokens),
});

const topicTarget = z.strictObject({
  topic: z
    .string()
    .regex(TOPIC_NAME, 'Must be 1 to 900 of a-z, A-Z, 0-9 and -_.~%, without /topics/')
    .meta({ description: 'A topic of FCM: one message, which FCM gives to whoever is subscribed.', examples: ['news'] }),
});
const conditionTarget = z.strictObject({
  condition: z
    .string()
    .max(maxCondition)
    .meta({
      description: 'One to five topics of FCM with `&&`, `||`, `!` and parentheses: one message.',
      examples: ["'news' in topics && !('sports' in topics)"],
    }),
});

/** Whom a campaign or an event names: raw tokens are no part of what is kept. */
export const lastingTargetBody = z
  .union([everyoneTarget, tagsTarget, filterTarget, audienceTarget, usersTarget, installationsTarget, topicTarget, conditionTarget])
  .meta({
    id: 'CampaignTarget',
    description: 'Exactly one of everyone, tags, filter, audience, users, installations, topic and condition.',
    examples: [{ tags: 'vip' }],
  });

export const targetBody = z
  .union([
    everyoneTarget,
    tagsTarget,
    filterTarget,
    audienceTarget,
    usersTarget,
    installationsTarget,
    tokensTarget,
    topicTarget,
    conditionTarget,
  ])
  .meta({
    id: 'Target',
    description: 'Exactly one of everyone, tags, filter, audience, users, installations, provider with tokens, topic and condition.',
    examples: [{ tags: 'vip' }],
  });

export type TargetBody = z.output<typeof targetBody> | z.output<typeof textTarget>;

const kinds = {
  everyone: everyoneTarget,
  tags: tagsTarget,
  filter: filterTarget,
  text: textTarget,
  audience: audienceTarget,
  users: usersTarget,
  installations: installationsTarget,
  tokens: tokensTarget,
  topic: topicTarget,
  condition: conditionTarget,
} as const;
export type TargetKind = keyof typeof kinds;

/** The schema of one kind: a union's messages would not say what is wrong with the branch that was meant. */
export function targetOfKind(kind: TargetKind): z.ZodType<TargetBody> {
  return kinds[kind];
}

/** Which kinds a target names, told by its keys. */
export function kindsIn(target: object): TargetKind[] {
  return (Object.keys(kinds) as TargetKind[]).filter((kind) => kind in target);
}

/** An unset variable must not ring every phone: nothing in it selects anybody. */
export function isEmptyTarget(target: unknown): boolean {
  if (target === undefined || target === null) return true;
  if (typeof target !== 'object' || Array.isArray(target)) return false;
  const { provider: _, ...selecting } = target as Record<string, unknown>;
  return Object.values(selecting).every(selectsNobody);
}

function selectsNobody(value: unknown): boolean {
  if (value === undefined || value === null || value === false) return true;
  return typeof value === 'string' ? value.trim() === '' : Array.isArray(value) && value.length === 0;
}
