import type { PushToken } from '#libs/kernel';
import { type JsonObject, type RenderedMessage, isJsonObject, mergeOverrides } from '#libs/sends';
import type { Destination } from '../../transport/transport.ts';
import { BodyTemplate, TOKEN_HOLE, isPlainToken } from '../body-template.ts';
import { carillonPart } from '../carillon-part.ts';
import { FilledMessages, filledBatch } from '../filled-messages.ts';
import { MALFORMED_TOKEN, PAYLOAD_TOO_LARGE, type Outcome } from '../outcome.ts';
import { countedBytes, payloadBytes, withReceipt, type PayloadBytes } from '../payload-bytes.ts';
import type { Authorization, BuiltRequest } from '../provider-protocol.ts';
import type { ProviderRequest, Recipient } from '../push-provider.ts';
import { familyOf, fcmMessage, type FcmFamily } from './message.ts';

/** providers.md 2.3: data and notification, to a device and to a topic. */
const maxPayloadBytes = 4_096;
const maxTopicBytes = 2_048;
/** How registrations say that an address is a Firebase installation id and no token. */
const fidPrefix = 'fid:';
/** The target is the recipient's token and nothing an author could write; data is merged on its own. */
const ours: ReadonlySet<string> = new Set(['token', 'topic', 'condition', 'fid', 'name', 'data']);

export interface FcmAddress {
  readonly destination: Destination;
  readonly projectId: string;
}

/** One batch for all: FCM's shared headers say nothing of the message. `obstacle`: why a platform is not asked now. */
export function buildFcmRequest(
  request: ProviderRequest,
  positions: readonly number[],
  address: FcmAddress,
  authorization: Authorization,
  now: number,
  obstacle: (family: FcmFamily) => Outcome | undefined = () => undefined,
): BuiltRequest {
  const bodies = new Map<string, Body | Outcome>();
  const failed: BuiltRequest['failed'][number][] = [];
  const sent = new FilledMessages(request.recipients, positions.length);
  for (const position of positions) {
    const recipient = request.recipients.at(position);
    if (!recipient) continue;
    const shown = recipient.token.reveal();
    const target = sharedTarget(recipient) ?? (shown.startsWith(fidPrefix) ? 'fid' : 'token');
    const token = target === 'fid' ? shown.slice(fidPrefix.length) : shown;
    const body = bodyFor(recipient, target, request, bodies, { now, obstacle });
    const outcome = 'kind' in body ? body : problemOf(body, target, token, recipient.texts);
    if (request.witness && 'template' in body)
      for (const part of body.counted) request.witness.weigh(position, countedBytes(part, recipient.texts), part.most);
    if (outcome || 'kind' in body) failed.push({ position, outcome: outcome ?? MALFORMED_TOKEN });
    else sent.add(position, body.template, token, recipient.texts);
  }
  const path = `/v1/projects/${address.projectId}/messages:send`;
  const batch = () =>
    filledBatch(request, sent, {
      destination: address.destination,
      sharedHeaders,
      authorization: () => authorization.header,
      path: () => path,
    });
  return { batches: sent.positions.length === 0 ? [] : [batch()], failed };
}

const sharedHeaders = ['content-type', 'application/json'];

/** What is the same for many messages. */
interface Body {
  readonly template: BodyTemplate;
  /** What FCM counts of it, by platform where it may come to several; and the most that it may be. */
  readonly counted: readonly (PayloadBytes & { readonly most: number })[];
}

/** The member of a message that its address stands in (providers.md 2.2, 2.7). */
type FcmTarget = 'token' | 'fid' | 'topic' | 'condition';

/** Whether an address is a Firebase installation id. */
export function isFid(token: PushToken): boolean {
  return token.reveal().startsWith(fidPrefix);
}

/** Conditions have spaces, which stand in JSON as they are. */
function problemOf({ counted }: Body, target: FcmTarget, token: string, texts: readonly string[]): Outcome | undefined {
  if (!isPlainToken(target === 'condition' ? token.replaceAll(' ', '') : token)) return MALFORMED_TOKEN;
  return counted.some((part) => countedBytes(part, texts) > part.most) ? PAYLOAD_TOO_LARGE : undefined;
}

/** Of a message to a shared address; Live Activities are nothing to FCM. */
function sharedTarget({ addressed }: Pick<Recipient, 'addressed'>): 'topic' | 'condition' | undefined {
  return addressed === 'topic' || addressed === 'condition' ? addressed : undefined;
}

function bodyFor(
  recipient: Recipient,
  target: FcmTarget,
  request: ProviderRequest,
  bodies: Map<string, Body | Outcome>,
  { now, obstacle }: { readonly now: number; readonly obstacle: (family: FcmFamily) => Outcome | undefined },
): Body | Outcome {
  const family = sharedTarget(recipient) === undefined ? familyOf(recipient.platform) : 'every';
  const key = `${recipient.rendering} ${family} ${target}`;
  const known = bodies.get(key);
  if (known) return known;
  const body = obstacle(family) ?? bodyOf(request.renderings[recipient.rendering] ?? {}, request, { family, target }, now);
  bodies.set(key, body);
  return body;
}

function bodyOf(
  message: RenderedMessage,
  request: ProviderRequest,
  { family, target }: { readonly family: FcmFamily; readonly target: FcmTarget },
  now: number,
): Body | Outcome {
  const over = message.overrides?.fcm ?? {};
  const data = dataOf(message, over);
  if (Object.keys(data).some(isReserved)) return { kind: 'payload_bad', reason: 'reserved_data_key' };
  const merged = Object.entries(fcmMessage(message, request, family, now, over));
  const content = Object.fromEntries(merged.filter(([key]) => !ours.has(key)));
  const carillon = carillonPart(request.sendId, message);
  const carillonBytes = 'carillon'.length + Buffer.byteLength(carillon);
  const counted = partsOf(content, family).map(({ part, most }) => {
    const { fixed, holes } = withReceipt(payloadBytes(part, data));
    return { fixed: fixed + carillonBytes, holes, most };
  });
  const dataPart = `"data":{"carillon":${JSON.stringify(carillon)}${followedBy(data)}}`;
  const start = request.validateOnly === true ? '{"validate_only":true,' : '{';
  return { template: new BodyTemplate(`${start}"message":{"${target}":"${TOKEN_HOLE}",${dataPart}${followedBy(content)}}}`), counted };
}

/** What counts together: a device gets one platform's part. */
function partsOf(content: JsonObject, family: FcmFamily): { readonly part: JsonObject; readonly most: number }[] {
  if (family !== 'every') return [{ part: content, most: maxPayloadBytes }];
  const { android, webpush, apns, ...common } = content;
  return [
    { part: { ...common, android }, most: maxTopicBytes },
    { part: { ...common, webpush }, most: maxTopicBytes },
    { part: { apns }, most: maxPayloadBytes },
  ];
}

/** FCM carries text only. */
function dataOf(message: RenderedMessage, over: JsonObject): JsonObject {
  const { carillon: _, ...data } = mergeOverrides(message.data ?? {}, isJsonObject(over['data']) ? over['data'] : {});
  return data;
}

function isReserved(key: string): boolean {
  return key === 'from' || key === 'message_type' || /^(?:google|gcm)/.test(key);
}

/** The members of an object, to go after others. */
function followedBy(object: JsonObject): string {
  const members = JSON.stringify(object).slice(1, -1);
  return members === '' ? '' : `,${members}`;
}
