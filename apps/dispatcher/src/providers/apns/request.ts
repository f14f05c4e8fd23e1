import { RECEIPT_LENGTH } from '#libs/kernel';
import type { RenderedMessage } from '#libs/sends';
import type { Destination } from '../../transport/transport.ts';
import { apsContent } from '../aps-content.ts';
import { BodyTemplate } from '../body-template.ts';
import { carillonPart } from '../carillon-part.ts';
import { mergeOverrides } from '../merge-overrides.ts';
import type { Outcome } from '../outcome.ts';
import type { Authorization, BuiltRequest, ProviderBatch } from '../provider-protocol.ts';
import type { ProviderRequest, Recipient } from '../push-provider.ts';
import { apnsDeliveryHeaders, withOwnHeaders } from './apns-headers.ts';

/** providers.md 1.4, for all push types but VoIP and broadcast. */
const mostPayloadBytes = 4_096;

interface Payload {
  readonly template: BodyTemplate;
  /** Name, value, name, value. */
  readonly headers: readonly string[];
}

export interface ApnsAddress {
  readonly production: Destination;
  readonly sandbox: Destination;
  /** What the key may push to; the first is for installations without a bundle id. */
  readonly bundleIds: readonly string[];
}

/** Requests by destination, topic and headers: what they share is said once. */
export function buildApnsRequest(
  request: ProviderRequest,
  positions: readonly number[],
  address: ApnsAddress,
  authorization: Authorization,
): BuiltRequest {
  const payloads = new Map<number, Payload | Outcome>();
  const groups = new Map<string, Group>();
  const failed: BuiltRequest['failed'][number][] = [];
  for (const position of positions) {
    const recipient = request.recipients[position];
    if (!recipient) continue;
    const payload = payloads.get(recipient.rendering) ?? payloadOf(request.renderings[recipient.rendering] ?? {}, request);
    payloads.set(recipient.rendering, payload);
    const outcome = 'kind' in payload ? payload : problemOf(recipient, address);
    if (outcome) failed.push({ position, outcome });
    else if (!('kind' in payload)) groupOf(groups, recipient, payload.headers, address).positions.push(position);
  }
  const batches = [...groups.values()].map((group) => batchOf(request, group, payloads, authorization));
  return { batches, failed };
}

interface Group {
  readonly destination: Destination;
  readonly topic: string;
  readonly headers: readonly string[];
  readonly positions: number[];
}

function groupOf(groups: Map<string, Group>, recipient: Recipient, headers: readonly string[], address: ApnsAddress): Group {
  const topic = topicOf(recipient, address);
  const key = `${recipient.environment} ${topic} ${headers.join(' ')}`;
  const known = groups.get(key);
  if (known) return known;
  const group: Group = { destination: address[recipient.environment], topic, headers, positions: [] };
  groups.set(key, group);
  return group;
}

function topicOf({ bundleId }: Recipient, { bundleIds }: ApnsAddress): string {
  return bundleId ?? bundleIds[0] ?? '';
}

/** What APNs would refuse, and hold against the connection or the credential, is not asked. */
function problemOf(recipient: Recipient, address: ApnsAddress): Outcome | undefined {
  if (!address.bundleIds.includes(topicOf(recipient, address))) return { kind: 'wrong_sender', reason: 'bundle_not_configured' };
  const token = recipient.token.reveal();
  return token.length % 2 === 0 && /^[0-9a-fA-F]+$/.test(token) ? undefined : { kind: 'token_invalid', reason: 'malformed_token' };
}

function batchOf(
  request: ProviderRequest,
  { destination, topic, headers, positions }: Group,
  payloads: ReadonlyMap<number, Payload | Outcome>,
  authorization: Authorization,
): ProviderBatch {
  const recipients = positions.flatMap((position) => request.recipients[position] ?? []);
  const recipientAt = (index: number): Recipient => recipients[index] ?? outOfRange(index);
  const templateAt = (index: number): BodyTemplate => {
    const payload = payloads.get(recipientAt(index).rendering);
    return payload && 'template' in payload ? payload.template : outOfRange(index);
  };
  return {
    positions,
    destination,
    size: positions.length,
    urgent: request.lane === 'transactional',
    startBy: request.startBy,
    method: 'POST',
    sharedHeaders: ['apns-topic', topic, ...headers],
    ownHeaders: ['apns-id'],
    authorization: () => authorization.header,
    path: (index) => `/3/device/${recipientAt(index).token.reveal()}`,
    ownHeader: (index) => recipientAt(index).messageId,
    bodyLength: (index) => templateAt(index).length(recipientAt(index).receipt, ''),
    writeBody: (index, into, offset) => {
      templateAt(index).write(into, offset, recipientAt(index).receipt, '');
    },
  };
}

function payloadOf(message: RenderedMessage, request: ProviderRequest): Payload | Outcome {
  const data = message.data ?? {};
  if ('aps' in data || 'carillon' in data) return { kind: 'payload_bad', reason: 'reserved_data_key' };
  const { headers: own, ...over } = message.overrides?.apns ?? {};
  const { carillon: _, ...content } = mergeOverrides({ ...data, aps: apsContent(message) }, over);
  const headers = withOwnHeaders(apnsDeliveryHeaders(request, content['aps']), own);
  if (!headers) return { kind: 'payload_bad', reason: 'override_header_refused' };
  const part = carillonPart(request.sendId, message);
  const template = new BodyTemplate(`${JSON.stringify(content).slice(0, -1)},"carillon":${part.before}`, `${part.after}}`, '');
  const isTooLarge = template.length('x'.repeat(RECEIPT_LENGTH), '') > mostPayloadBytes;
  return isTooLarge ? { kind: 'payload_bad', reason: 'payload_too_large' } : { template, headers: Object.entries(headers).flat() };
}

function outOfRange(index: number): never {
  throw new RangeError(`No request ${index} in this batch`);
}
