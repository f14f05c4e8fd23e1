import { RECEIPT_LENGTH } from '#libs/kernel';
import { type JsonObject, type RenderedMessage, isJsonObject, mergeOverrides } from '#libs/sends';
import type { Destination } from '../../transport/transport.ts';
import { BodyTemplate, RECEIPT_HOLE, TOKEN_HOLE, fillingOf, type Filling } from '../body-template.ts';
import { carillonPart } from '../carillon-part.ts';
import type { Outcome } from '../outcome.ts';
import type { Authorization, BuiltRequest, ProviderBatch } from '../provider-protocol.ts';
import type { ProviderRequest, Recipient } from '../push-provider.ts';
import { familyOf, fcmMessage, type FcmFamily } from './message.ts';
import { payloadBytes, type PayloadBytes } from './payload-bytes.ts';

/** providers.md 2.3: data and notification. */
const maxPayloadBytes = 4_096;
/** What counts in its place is the receipt. */
const receiptHoleBytes = Buffer.byteLength(RECEIPT_HOLE);
/** The target is the recipient's token and nothing an author could write; data is merged on its own. */
const ours: ReadonlySet<string> = new Set(['token', 'topic', 'condition', 'fid', 'name', 'data']);
/** What JSON carries as it is. */
const plainToken = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

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
  const sent: Sent[] = [];
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
    const outcome = problemOf(filling) ?? (countedBytes(body, recipient) > maxPayloadBytes ? tooLarge : undefined);
    if (outcome) failed.push({ position, outcome });
    else sent.push({ position, template, filling, length: template.length(filling) });
  }
  return { batches: sent.length === 0 ? [] : [batchOf(request, sent, address, authorization)], failed };
}

/** What is the same for many messages. */
interface Body {
  readonly template: BodyTemplate;
  /** What FCM counts of it. */
  readonly counted: PayloadBytes;
}

/** One message that goes. */
interface Sent {
  readonly position: number;
  readonly template: BodyTemplate;
  readonly filling: Filling;
  /** Of the body, in bytes. */
  readonly length: number;
}

const tooLarge: Outcome = { kind: 'payload_bad', reason: 'payload_too_large' };

function problemOf({ token }: Filling): Outcome | undefined {
  return plainToken.test(token) ? undefined : { kind: 'token_invalid', reason: 'malformed_token' };
}

function countedBytes({ counted: { fixed, holes } }: Body, { texts }: Recipient): number {
  let bytes = fixed;
  for (const hole of holes) bytes += Buffer.byteLength(texts[hole] ?? '');
  return bytes;
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

function batchOf(request: ProviderRequest, sent: readonly Sent[], address: FcmAddress, authorization: Authorization): ProviderBatch {
  const at = (index: number): Sent => sent[index] ?? outOfRange(index);
  const path = `/v1/projects/${address.projectId}/messages:send`;
  return {
    positions: sent.map(({ position }) => position),
    destination: address.destination,
    size: sent.length,
    urgent: request.lane === 'transactional',
    startBy: request.startBy,
    method: 'POST',
    sharedHeaders: ['content-type', 'application/json'],
    ownHeaders: [],
    authorization: () => authorization.header,
    path: () => path,
    ownHeader: outOfRange,
    bodyLength: (index) => at(index).length,
    writeBody: (index, into, offset) => {
      const { template, filling } = at(index);
      template.write(into, offset, filling);
    },
  };
}

function bodyOf(message: RenderedMessage, request: ProviderRequest, family: FcmFamily, now: number): Body | Outcome {
  const over = message.overrides?.fcm ?? {};
  const data = dataOf(message, over);
  if (Object.keys(data).some(isReserved)) return { kind: 'payload_bad', reason: 'reserved_data_key' };
  const merged = Object.entries(fcmMessage(message, request, family, now, over));
  const content = Object.fromEntries(merged.filter(([key]) => !ours.has(key)));
  const carillon = carillonPart(request.sendId, message);
  const { fixed, holes } = payloadBytes(content, data);
  const counted = { fixed: fixed + 'carillon'.length + Buffer.byteLength(carillon) - receiptHoleBytes + RECEIPT_LENGTH, holes };
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

function outOfRange(index: number): never {
  throw new RangeError(`No request ${index} in this batch`);
}
