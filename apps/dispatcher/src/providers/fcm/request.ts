import { type JsonObject, type RenderedMessage, isJsonObject, mergeOverrides } from '#libs/sends';
import type { Destination } from '../../transport/transport.ts';
import { BodyTemplate, TOKEN_HOLE, fillingOf, isPlainToken } from '../body-template.ts';
import { carillonPart } from '../carillon-part.ts';
import { MALFORMED_TOKEN, PAYLOAD_TOO_LARGE, type Outcome } from '../outcome.ts';
import { countedBytes, payloadBytes, withReceipt, type PayloadBytes } from '../payload-bytes.ts';
import type { Authorization, BuiltRequest } from '../provider-protocol.ts';
import type { ProviderRequest, Recipient } from '../push-provider.ts';
import { requestBatch, writeFilled, type FilledMessage } from '../request-batch.ts';
import { familyOf, fcmMessage, type FcmFamily } from './message.ts';

/** providers.md 2.3: data and notification. */
const maxPayloadBytes = 4_096;
/** The target is the recipient's token and nothing an author could write; data is merged on its own. */
const ours: ReadonlySet<string> = new Set(['token', 'topic', 'condition', 'fid', 'name', 'data']);

export interface FcmAddress {
  readonly destination: Destination;
  readonly projectId: string;
}

/** One batch for all: FCM's shared headers say nothing of the message. */
export function buildFcmRequest(
  request: ProviderRequest,
  positions: readonly number[],
  address: FcmAddress,
  authorization: Authorization,
  now: number,
): BuiltRequest {
  const bodies = new Map<string, Body | Outcome>();
  const failed: BuiltRequest['failed'][number][] = [];
  const sent: FilledMessage[] = [];
  for (const position of positions) {
    const recipient = request.recipients[position];
    if (!recipient) continue;
    const body = bodyFor(recipient, request, bodies, now);
    if ('kind' in body) {
      failed.push({ position, outcome: body });
      continue;
    }
    const { template } = body;
    const filling = fillingOf(recipient);
    if (!isPlainToken(filling.token)) failed.push({ position, outcome: MALFORMED_TOKEN });
    else if (countedBytes(body.counted, recipient.texts) > maxPayloadBytes) failed.push({ position, outcome: PAYLOAD_TOO_LARGE });
    else sent.push({ position, template, filling, length: template.length(filling) });
  }
  const path = `/v1/projects/${address.projectId}/messages:send`;
  const batch = () =>
    requestBatch(request, sent, {
      destination: address.destination,
      sharedHeaders: ['content-type', 'application/json'],
      authorization: () => authorization.header,
      path: () => path,
      writeBody: writeFilled,
    });
  return { batches: sent.length === 0 ? [] : [batch()], failed };
}

/** What is the same for many messages. */
interface Body {
  readonly template: BodyTemplate;
  /** What FCM counts of it. */
  readonly counted: PayloadBytes;
}

function bodyFor(recipient: Recipient, request: ProviderRequest, bodies: Map<string, Body | Outcome>, now: number): Body | Outcome {
  const family = familyOf(recipient.platform);
  const key = `${recipient.rendering} ${family}`;
  const known = bodies.get(key);
  if (known) return known;
  const body = bodyOf(request.renderings[recipient.rendering] ?? {}, request, family, now);
  bodies.set(key, body);
  return body;
}

function bodyOf(message: RenderedMessage, request: ProviderRequest, family: FcmFamily, now: number): Body | Outcome {
  const over = message.overrides?.fcm ?? {};
  const data = dataOf(message, over);
  if (Object.keys(data).some(isReserved)) return { kind: 'payload_bad', reason: 'reserved_data_key' };
  const merged = Object.entries(fcmMessage(message, request, family, now, over));
  const content = Object.fromEntries(merged.filter(([key]) => !ours.has(key)));
  const carillon = carillonPart(request.sendId, message);
  const { fixed, holes } = withReceipt(payloadBytes(content, data));
  const counted = { fixed: fixed + 'carillon'.length + Buffer.byteLength(carillon), holes };
  const dataPart = `"data":{"carillon":${JSON.stringify(carillon)}${followedBy(data)}}`;
  const start = request.validateOnly === true ? '{"validate_only":true,' : '{';
  return { template: new BodyTemplate(`${start}"message":{"token":"${TOKEN_HOLE}",${dataPart}${followedBy(content)}}}`), counted };
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
