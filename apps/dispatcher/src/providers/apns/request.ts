import {
  APNS_PUSH_TYPES,
  isJsonObject,
  isOfMessage,
  mergeOverrides,
  ownPushType,
  shownAps,
  type ApnsPushType,
  type RenderedMessage,
} from '#libs/sends';
import type { Destination } from '../../transport/transport.ts';
import { apsContent } from '../aps-content.ts';
import { BodyTemplate, fillingOf } from '../body-template.ts';
import { carillonPart } from '../carillon-part.ts';
import { MALFORMED_TOKEN, PAYLOAD_TOO_LARGE, type Outcome } from '../outcome.ts';
import type { Authorization, BuiltRequest, ProviderBatch } from '../provider-protocol.ts';
import type { ProviderRequest, Recipient } from '../push-provider.ts';
import { requestBatch, writeFilled, type FilledMessage } from '../request-batch.ts';
import { apnsDeliveryHeaders, typedDeliveryHeaders, withOwnHeaders } from './apns-headers.ts';

interface Payload {
  readonly template: BodyTemplate;
  /** Name, value, name, value. */
  readonly headers: readonly string[];
  /** Equal headers have equal ones. */
  readonly delivery: string;
  readonly type: ApnsPushType;
}

export interface ApnsAddress {
  readonly production: Destination;
  readonly sandbox: Destination;
  /** What the key may push to; the first is for installations without a bundle id. */
  readonly bundleIds: readonly string[];
  /** How the account proves who it is: some push types take one way only. */
  readonly by: 'key' | 'certificate';
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
    const payload = payloads.get(recipient.rendering) ?? payloadOf(request.renderings[recipient.rendering] ?? {}, request, address);
    payloads.set(recipient.rendering, payload);
    if ('kind' in payload) {
      failed.push({ position, outcome: payload });
      continue;
    }
    const { template, type } = payload;
    const filling = fillingOf(recipient);
    const length = template.length(filling);
    const outcome = problemOf(recipient, filling.token, address) ?? (length > type.maxBytes ? PAYLOAD_TOO_LARGE : undefined);
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
interface Sent extends FilledMessage {
  readonly messageId: string;
}

const usual: ApnsPushType = { suffix: '', maxBytes: 4_096 };

function groupOf(groups: Map<string, Group>, recipient: Recipient, { headers, delivery, type }: Payload, address: ApnsAddress): Group {
  const topic = topicOf(recipient, address) + type.suffix;
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
  return token.length % 2 === 0 && /^[0-9a-fA-F]+$/.test(token) ? undefined : MALFORMED_TOKEN;
}

function batchOf(request: ProviderRequest, { destination, topic, headers, sent }: Group, authorization: Authorization): ProviderBatch {
  return requestBatch(request, sent, {
    destination,
    sharedHeaders: ['apns-topic', topic, ...headers],
    authorization: () => authorization.header,
    path: ({ filling }) => `/3/device/${filling.token}`,
    own: { name: 'apns-id', value: ({ messageId }) => messageId },
    writeBody: writeFilled,
  });
}

function payloadOf(message: RenderedMessage, request: ProviderRequest, { by }: ApnsAddress): Payload | Outcome {
  const data = message.data ?? {};
  if ('aps' in data || 'carillon' in data) return { kind: 'payload_bad', reason: 'reserved_data_key' };
  const { headers: own, ...over } = message.overrides?.apns ?? {};
  const { carillon: _, aps: merged, ...others } = mergeOverrides({ ...data, aps: apsContent(message) }, over);
  const said = ownPushType(own);
  const isTyped = said !== undefined && !isOfMessage(said);
  const type = (isTyped ? APNS_PUSH_TYPES[said] : undefined) ?? usual;
  if (type.by !== undefined && type.by !== by) return { kind: 'payload_bad', reason: `push_type_needs_${type.by}` };
  // What a type has to say of itself stands there whether the author has written it or not.
  const content = { ...others, aps: isTyped ? { ...type.needs, ...(isJsonObject(merged) ? merged : {}) } : shownAps(merged) };
  const delivery = withOwnHeaders(isTyped ? typedDeliveryHeaders(request, said) : apnsDeliveryHeaders(request, content.aps), own);
  if (!delivery) return { kind: 'payload_bad', reason: 'override_header_refused' };
  const template = new BodyTemplate(`${JSON.stringify(content).slice(0, -1)},"carillon":${carillonPart(request.sendId, message)}}`);
  const headers = Object.entries(delivery).flat();
  return { template, headers, delivery: headers.join(' '), type };
}
