import { fieldErrors, instantField, pointerTo } from '#libs/api';
import type { ActivityPlace } from '#libs/registry';
import { channelIdField } from '#libs/registry-http';
import { compileMessage } from '#libs/templates';
import { z } from 'zod';
import { jsonObject } from '../intake/json-object.ts';
import { readTarget } from '../intake/read-target.ts';
import { readSend } from '../intake/read-send.ts';
import { metadataBody } from '../intake/send-body.ts';
import { SendInvalid, type SendProblem } from '../intake/send-invalid.ts';
import { targetBody, variablesBody } from '../intake/target-body.ts';
import type { SendRequest } from '../send/send-request.ts';

/** Of a push; states and attributes are its greater part. */
const maxState = 4_096;
const maxTtlSeconds = 43_200;
const usualTtl = 3_600;
const maxName = 128;

const alert = z
  .strictObject({ title: z.string().min(1), body: z.string().min(1), sound: z.string().min(1).exactOptional() })
  .meta({ description: 'What the phone shows, and the watch; the sound, where it has one' });

const common = {
  contentState: jsonObject(maxState).meta({ description: '`ContentState` of the activity, as its Codable type reads it' }),
  alert: alert.exactOptional(),
  staleDate: instantField.exactOptional().meta({ description: 'When what it shows is out of date' }),
  relevanceScore: z.number().exactOptional().meta({ description: 'Which of several activities comes first: the higher' }),
  priority: z.enum(['high', 'normal']).exactOptional().meta({
    description: '`high` is seen at once, and devices take few of them an hour; `high` for a start and with an alert, else `normal`',
  }),
  ttl: z.int().min(0).max(maxTtlSeconds).default(usualTtl).meta({ description: 'Seconds that APNs keeps it for a device that is off' }),
  variables: variablesBody.default({}),
  metadata: metadataBody.default({}),
};
const bundleId = z
  .string()
  .min(1)
  .max(maxName)
  .regex(/^[A-Za-z0-9][A-Za-z0-9.-]*$/, 'Must be a bundle id: letters, digits, hyphens and periods');
const channelTarget = z
  .strictObject({
    channel: channelIdField,
    bundleId: bundleId.exactOptional().meta({ description: 'Whose channel it is; the credential’s first unless said' }),
    environment: z
      .enum(['production', 'sandbox'])
      .exactOptional()
      .meta({ description: 'Where the channel was made; production unless said' }),
  })
  .meta({ id: 'BroadcastChannelTarget', examples: [{ channel: 'dHN0LXNyY2gtY2hubA==' }] });
/** Of what activities that go on show. */
const running = {
  ...common,
  to: channelTarget.exactOptional().meta({
    description:
      'A broadcast channel: one message, which Apple gives to all who follow it; absent: who has registered a token for the activity',
  }),
  ttl: common.ttl.unwrap().exactOptional().meta({
    description: 'Seconds that APNs keeps it for a device that is off: 3,600, and for a channel 0, all that one which keeps nothing takes',
  }),
};
const updateBody = z.strictObject({ event: z.literal('update'), ...running });
const endBody = z.strictObject({
  event: z.literal('end'),
  ...running,
  contentState: common.contentState.exactOptional().meta({ description: 'What it shows at last' }),
  dismissalDate: instantField
    .exactOptional()
    .meta({ description: 'When it goes from the screen; four hours later unless said, at once for an instant that is past' }),
});
const start = {
  event: z.literal('start'),
  attributesType: z.string().min(1).max(maxName).meta({ description: 'The name of the `ActivityAttributes` type' }),
  attributes: jsonObject(maxState).meta({ description: 'What of it never changes' }),
  channelId: channelIdField
    .exactOptional()
    .meta({ description: 'A broadcast channel that it is updated by; without one devices register a token for it' }),
  ...common,
  alert,
};
const startBody = z.strictObject({
  ...start,
  to: targetBody.meta({ description: 'Whom it is started for; of them those that have registered a token for this type' }),
});
/** Whose target is looked at on its own, as that of any send. */
const readStartBody = z.strictObject({ ...start, to: z.unknown().optional() });

/** What `POST …/live-activities/{activityId}` takes. */
export const activityBody = z.discriminatedUnion('event', [startBody, updateBody, endBody]).meta({
  id: 'LiveActivity',
  examples: [{ event: 'update', contentState: { minutesLeft: 12 }, staleDate: '2026-01-01T12:00:00Z' }],
});
const readActivityBody = z.discriminatedUnion('event', [readStartBody, updateBody, endBody]);
type ActivityBody = z.output<typeof readActivityBody>;

/** Where members of `aps` stand in the body. */
const written: Readonly<Record<string, string>> = {
  'content-state': 'contentState',
  'stale-date': 'staleDate',
  'dismissal-date': 'dismissalDate',
  'relevance-score': 'relevanceScore',
  'attributes-type': 'attributesType',
  'input-push-channel': 'channelId',
};

/** Reads the body of a push to Live Activities as a send: to a start's `to`, else to those that show it. `now`: ms, of whose second the push is. Throws SendInvalid with every problem at once. */
export function readActivity(body: unknown, activityId: string, now: number): SendRequest {
  const parsed = readActivityBody.safeParse(body);
  if (parsed.success) return requestOf(parsed.data, activityId, now);
  const problems: SendProblem[] = fieldErrors(parsed.error.issues, readActivityBody);
  if (typeof body === 'object' && body !== null && 'event' in body && body.event === 'start')
    readTarget('to' in body ? body.to : undefined, problems);
  throw new SendInvalid(problems);
}

function requestOf(update: ActivityBody, activityId: string, now: number): SendRequest {
  const { variables, metadata, alert: shown } = update;
  const channel = update.event === 'start' ? undefined : update.to;
  const ttl = update.ttl ?? (channel ? 0 : usualTtl);
  const isStart = update.event === 'start';
  const priority = update.priority ?? (isStart || shown ? 'high' : 'normal');
  const options = isStart ? { ttl, priority } : { ttl, priority, purpose: 'transactional', subscription: 'all' };
  const aps = apsOf(update, now);
  // A message has to have something beside its overrides; of a push of this type nothing else is sent.
  const message = { silent: true, badge: 0, overrides: { apns: { headers: { 'apns-push-type': 'liveactivity' }, aps } } };
  const to = update.event === 'start' ? update.to : { everyone: true };
  const request = readAs({ to, message, options, variables, metadata });
  if (channel) return toChannel(request, channel);
  const place: ActivityPlace = update.event === 'start' ? `start:${update.attributesType}` : `activity:${activityId}`;
  if (isStart && request.target.kind === 'shared')
    throw new SendInvalid([{ pointer: '/to', message: 'A Live Activity is started on devices, not by a topic' }]);
  return { ...request, target: isStart ? request.target : { kind: 'activity', activityId }, activity: { id: activityId, place } };
}

/** Throws SendInvalid where the push says something to each reader apart. */
function toChannel(
  request: SendRequest,
  { channel, bundleId: of, environment = 'production' }: z.output<typeof channelTarget>,
): SendRequest {
  const { roots } = compileMessage(request.message);
  const named = (['user', 'installation'] as const).filter((root) => roots.has(root));
  if (named.length > 0)
    throw new SendInvalid(
      named.map((root) => ({ pointer: '/to', message: `A push to a broadcast channel is one for all: it cannot name \`${root}\`` })),
    );
  return { ...request, target: { kind: 'shared', address: { provider: 'apns', channel, bundleId: of ?? null, environment } } };
}

function apsOf(body: ActivityBody, now: number): Record<string, unknown> {
  const { event, contentState, alert: shown, staleDate, relevanceScore } = body;
  const aps: Record<string, unknown> = {
    timestamp: Math.floor(now / 1_000),
    event,
    'content-state': contentState,
    'stale-date': secondsOf(staleDate),
    'relevance-score': relevanceScore,
    alert: shown && { title: shown.title, body: shown.body },
    sound: shown?.sound,
    // Of a message that shows nothing else.
    'content-available': null,
    badge: null,
  };
  if (event === 'end') aps['dismissal-date'] = secondsOf(body.dismissalDate);
  if (event === 'start') {
    const input = body.channelId === undefined ? { 'input-push-token': 1 } : { 'input-push-channel': body.channelId };
    Object.assign(aps, { 'attributes-type': body.attributesType, attributes: body.attributes, ...input });
  }
  return Object.fromEntries(Object.entries(aps).filter(([, value]) => value !== undefined));
}

function secondsOf(at: number | undefined): number | undefined {
  return at === undefined ? undefined : Math.floor(at / 1_000);
}

/** Problems stand where the caller wrote what is wrong. */
function readAs(body: object): SendRequest {
  try {
    return readSend(body);
  } catch (error) {
    if (!(error instanceof SendInvalid)) throw error;
    throw new SendInvalid(error.problems.map(asWritten));
  }
}

const inAps = '/message/overrides/apns/aps/';

function asWritten(problem: SendProblem): SendProblem {
  const { pointer } = problem;
  if (!pointer.startsWith(inAps)) return problem;
  const [name = '', ...below] = pointer.slice(inAps.length).split('/');
  return { ...problem, pointer: `${pointerTo([written[name] ?? name])}${below.map((step) => `/${step}`).join('')}` };
}
