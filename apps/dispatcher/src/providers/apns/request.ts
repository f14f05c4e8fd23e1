import { type RenderedMessage, mergeOverrides, shownAps } from '#libs/sends';
import type { Destination } from '../../transport/transport.ts';
import { apsContent } from '../aps-content.ts';
import { BodyTemplate, fillingOf, type Filling } from '../body-template.ts';
import { carillonPart } from '../carillon-part.ts';
import type { Outcome } from '../outcome.ts';
import type { Authorization, BuiltRequest, ProviderBatch } from '../provider-protocol.ts';
import type { ProviderRequest, Recipient } from '../push-provider.ts';
import { apnsDeliveryHeaders, withOwnHeaders } from './apns-headers.ts';

/** providers.md 1.4, for all push types but VoIP and broadcast. */
const maxPayloadBytes = 4_096;

interface Payload {
  readonly template: BodyTemplate;
  /** Name, value, name, value. */
  readonly headers: readonly string[];
  /** Equal headers have equal ones. */
  readonly delivery: string;
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
    if ('kind' in payload) {
      failed.push({ position, outcome: payload });
      continue;
    }
    const { template } = payload;
    const filling = fillingOf(recipient);
    const length = template.length(filling);
    const outcome = problemOf(recipient, filling.token, address) ?? (length > maxPayloadBytes ? tooLarge : undefined);
    if (outcome) failed.push({ position, outcome });
    else groupOf(groups, recipient, payload, address).sent.push({ position, messageId: recipient.messageId, template, filling, length });
  }
  const batches = [...groups.values()].map((group) => batchOf(request, group, authorization));
  return { batches, failed };
}

interface Group {
  readonly destination: Destination;
  readonly topic: string;
  readonly headers: readonly string[];
  readonly sent: Sent[];
}

/** One message that goes. */
interface Sent {
  readonly position: number;
  readonly messageId: string;
  readonly template: BodyTemplate;
  readonly filling: Filling;
  /** Of the body, in bytes. */
  readonly length: number;
}

const tooLarge: Outcome = { kind: 'payload_bad', reason: 'payload_too_large' };

function groupOf(groups: Map<string, Group>, recipient: Recipient, { headers, delivery }: Payload, address: ApnsAddress): Group {
  const topic = topicOf(recipient, address);
  const key = `${recipient.environment} ${topic} ${delivery}`;
  const known = groups.get(key);
  if (known) return known;
  const group: Group = { destination: address[recipient.environment], topic, headers, sent: [] };
  groups.set(key, group);
  return group;
}

function topicOf({ bundleId }: Recipient, { bundleIds }: ApnsAddress): string {
  return bundleId ?? bundleIds[0] ?? '';
}

/** What APNs would refuse, and hold against the connection or the credential, is not asked. */
function problemOf(recipient: Recipient, token: string, address: ApnsAddress): Outcome | undefined {
  if (!address.bundleIds.includes(topicOf(recipient, address))) return { kind: 'wrong_sender', reason: 'bundle_not_configured' };
  return token.length % 2 === 0 && /^[0-9a-fA-F]+$/.test(token) ? undefined : { kind: 'token_invalid', reason: 'malformed_token' };
}

function batchOf(request: ProviderRequest, { destination, topic, headers, sent }: Group, authorization: Authorization): ProviderBatch {
  const at = (index: number): Sent => sent[index] ?? outOfRange(index);
  return {
    positions: sent.map(({ position }) => position),
    destination,
    size: sent.length,
    urgent: request.lane === 'transactional',
    startBy: request.startBy,
    method: 'POST',
    sharedHeaders: ['apns-topic', topic, ...headers],
    ownHeaders: ['apns-id'],
    authorization: () => authorization.header,
    path: (index) => `/3/device/${at(index).filling.token}`,
    ownHeader: (index) => at(index).messageId,
    bodyLength: (index) => at(index).length,
    writeBody: (index, into, offset) => {
      const { template, filling } = at(index);
      template.write(into, offset, filling);
    },
  };
}

function payloadOf(message: RenderedMessage, request: ProviderRequest): Payload | Outcome {
  const data = message.data ?? {};
  if ('aps' in data || 'carillon' in data) return { kind: 'payload_bad', reason: 'reserved_data_key' };
  const { headers: own, ...over } = message.overrides?.apns ?? {};
  const { carillon: _, aps: merged, ...others } = mergeOverrides({ ...data, aps: apsContent(message) }, over);
  const content = { ...others, aps: shownAps(merged) };
  const delivery = withOwnHeaders(apnsDeliveryHeaders(request, content.aps), own);
  if (!delivery) return { kind: 'payload_bad', reason: 'override_header_refused' };
  const template = new BodyTemplate(`${JSON.stringify(content).slice(0, -1)},"carillon":${carillonPart(request.sendId, message)}}`);
  const headers = Object.entries(delivery).flat();
  return { template, headers, delivery: headers.join(' ') };
}

function outOfRange(index: number): never {
  throw new RangeError(`No request ${index} in this batch`);
}
