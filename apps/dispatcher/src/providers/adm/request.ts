import type { RenderedMessage } from '#libs/sends';
import type { Destination } from '../../transport/transport.ts';
import { BodyTemplate, RECEIPT_HOLE, TOKEN_HOLE, fillingOf } from '../body-template.ts';
import { PAYLOAD_TOO_LARGE } from '../outcome.ts';
import { countedBytes, payloadBytes, withReceipt, type PayloadBytes } from '../payload-bytes.ts';
import type { Authorization, BuiltRequest } from '../provider-protocol.ts';
import type { ProviderRequest, Recipient } from '../push-provider.ts';
import { requestBatch, writeFilled, type FilledMessage } from '../request-batch.ts';
import { checksumOf, sortedData, type SortedData } from './checksum.ts';
import { admMessage } from './message.ts';

/** Keys and values of data and notification (providers.md 5.1). */
const maxPayloadBytes = 6_144;
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
interface Sent extends FilledMessage {
  readonly path: string;
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
    const recipient = request.recipients.at(position);
    if (!recipient) continue;
    const { rendering } = recipient;
    const body = bodies.get(rendering) ?? bodyOf(request.renderings[rendering] ?? {}, request, now);
    bodies.set(rendering, body);
    const bytes = countedBytes(body.counted, recipient.texts);
    request.witness?.weigh(position, bytes, maxPayloadBytes);
    if (bytes > maxPayloadBytes) failed.push({ position, outcome: PAYLOAD_TOO_LARGE });
    else sent.push(sentOf(position, recipient, body, isUnchecked(recipient.messageId)));
  }
  const batch = () =>
    requestBatch(request, sent, {
      destination: address.destination,
      sharedHeaders,
      authorization: () => authorization.header,
      path: ({ path }) => path,
      writeBody: writeFilled,
    });
  return { batches: sent.length === 0 ? [] : [batch()], failed };
}

function bodyOf(message: RenderedMessage, request: ProviderRequest, now: number): Body {
  const { data, rest } = admMessage(message, request, now);
  const json = JSON.stringify({ data, ...rest }).slice(0, -1);
  return {
    template: new BodyTemplate(`${json},"md5":"${TOKEN_HOLE}"}`),
    unchecked: new BodyTemplate(`${json}}`),
    data: sortedData(data),
    counted: withReceipt(payloadBytes(rest, data)),
  };
}

function sentOf(position: number, recipient: Recipient, { template, unchecked, data }: Body, isUnchecked: boolean): Sent {
  const path = `/messaging/registrations/${encodeURIComponent(recipient.token.reveal())}/messages`;
  const md5 = checksumOf(data, (value) => value.replace(RECEIPT_HOLE, () => recipient.receipt));
  const filling = { ...fillingOf(recipient), token: md5 };
  const body = isUnchecked ? unchecked : template;
  return { position, path, template: body, filling, length: body.length(filling) };
}
