import { RECEIPT_LENGTH } from '#libs/kernel';
import type { RenderedMessage } from '#libs/sends';
import type { Destination } from '../../transport/transport.ts';
import { BodyTemplate, RECEIPT_HOLE, TOKEN_HOLE, fillingOf, type Filling } from '../body-template.ts';
import { payloadBytes, type PayloadBytes } from '../fcm/payload-bytes.ts';
import type { Outcome } from '../outcome.ts';
import type { Authorization, BuiltRequest, ProviderBatch } from '../provider-protocol.ts';
import type { ProviderRequest, Recipient } from '../push-provider.ts';
import { checksumOf, sortedData, type SortedData } from './checksum.ts';
import { admMessage } from './message.ts';

/** Keys and values of data and notification (providers.md 5.1). */
const maxPayloadBytes = 6_144;
const receiptHoleBytes = Buffer.byteLength(RECEIPT_HOLE);
const tooLarge: Outcome = { kind: 'payload_bad', reason: 'payload_too_large' };
const sharedHeaders = [
  ...['content-type', 'application/json', 'accept', 'application/json'],
  ...['x-amzn-type-version', 'com.amazon.device.messaging.ADMMessage@1.0'],
  ...['x-amzn-accept-type', 'com.amazon.device.messaging.ADMSendResult@1.0'],
];

export interface AdmAddress {
  readonly destination: Destination;
}

/** What is the same for many messages. */
interface Body {
  /** In the place of the token, which is in the path, stands the checksum. */
  readonly template: BodyTemplate;
  readonly unchecked: BodyTemplate;
  readonly data: SortedData;
  readonly counted: PayloadBytes;
}

/** One message that goes. */
interface Sent {
  readonly position: number;
  readonly path: string;
  readonly template: BodyTemplate;
  readonly filling: Filling;
  readonly length: number;
}

/** One batch for all. `isUnchecked`: whose checksum ADM refused before goes without one. */
export function buildAdmRequest(
  request: ProviderRequest,
  positions: readonly number[],
  address: AdmAddress,
  authorization: Authorization,
  now: number,
  isUnchecked: (messageId: string) => boolean = () => false,
): BuiltRequest {
  const bodies = new Map<number, Body>();
  const failed: BuiltRequest['failed'][number][] = [];
  const sent: Sent[] = [];
  for (const position of positions) {
    const recipient = request.recipients[position];
    if (!recipient) continue;
    const { rendering } = recipient;
    const body = bodies.get(rendering) ?? bodyOf(request.renderings[rendering] ?? {}, request, now);
    bodies.set(rendering, body);
    if (countedBytes(body, recipient) > maxPayloadBytes) failed.push({ position, outcome: tooLarge });
    else sent.push(sentOf(position, recipient, body, isUnchecked(recipient.messageId)));
  }
  return { batches: sent.length === 0 ? [] : [batchOf(request, sent, address, authorization)], failed };
}

function bodyOf(message: RenderedMessage, request: ProviderRequest, now: number): Body {
  const { data, rest } = admMessage(message, request, now);
  const { fixed, holes } = payloadBytes(rest, data);
  const json = JSON.stringify({ data, ...rest }).slice(0, -1);
  return {
    template: new BodyTemplate(`${json},"md5":"${TOKEN_HOLE}"}`),
    unchecked: new BodyTemplate(`${json}}`),
    data: sortedData(data),
    counted: { fixed: fixed - receiptHoleBytes + RECEIPT_LENGTH, holes },
  };
}

function countedBytes({ counted: { fixed, holes } }: Body, { texts }: Recipient): number {
  return holes.reduce((bytes, hole) => bytes + Buffer.byteLength(texts[hole] ?? ''), fixed);
}

function sentOf(position: number, recipient: Recipient, { template, unchecked, data }: Body, isUnchecked: boolean): Sent {
  const path = `/messaging/registrations/${encodeURIComponent(recipient.token.reveal())}/messages`;
  const md5 = checksumOf(data, (value) => value.replace(RECEIPT_HOLE, () => recipient.receipt));
  const filling = { ...fillingOf(recipient), token: md5 };
  const body = isUnchecked ? unchecked : template;
  return { position, path, template: body, filling, length: body.length(filling) };
}

function batchOf(
  request: ProviderRequest,
  sent: readonly Sent[],
  { destination }: AdmAddress,
  authorization: Authorization,
): ProviderBatch {
  const at = (index: number): Sent => sent[index] ?? outOfRange(index);
  return {
    positions: sent.map(({ position }) => position),
    destination,
    size: sent.length,
    urgent: request.lane === 'transactional',
    startBy: request.startBy,
    method: 'POST',
    sharedHeaders,
    ownHeaders: [],
    authorization: () => authorization.header,
    path: (index) => at(index).path,
    ownHeader: outOfRange,
    bodyLength: (index) => at(index).length,
    writeBody: (index, into, offset) => {
      const { template, filling } = at(index);
      template.write(into, offset, filling);
    },
  };
}

function outOfRange(index: number): never {
  throw new RangeError(`No request ${index} in this batch`);
}
