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
import { BodyTemplate } from '../body-template.ts';
import { carillonPart } from '../carillon-part.ts';
import { FilledMessages, filledBatch } from '../filled-messages.ts';
import { MALFORMED_TOKEN, PAYLOAD_TOO_LARGE, type Outcome } from '../outcome.ts';
import type { Authorization, BuiltRequest, ProviderBatch } from '../provider-protocol.ts';
import type { ProviderRequest, Recipient } from '../push-provider.ts';
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
  const groups = new Groups(request.recipients, address, positions.length);
  const failed: BuiltRequest['failed'][number][] = [];
  for (const position of positions) {
    const recipient = request.recipients.at(position);
    if (!recipient) continue;
    const { rendering, texts } = recipient;
    const payload = payloads.get(rendering) ?? payloadOf(request.renderings[rendering] ?? {}, request, address);
    payloads.set(rendering, payload);
    const token = recipient.token.reveal();
    const outcome = 'kind' in payload ? payload : problemOf(recipient, token, address);
    if (outcome || 'kind' in payload) {
      failed.push({ position, outcome: outcome ?? MALFORMED_TOKEN });
      continue;
    }
    const most = maxBytesOf(recipient, payload);
    const bytes = groups.of(recipient, payload).sent.add(position, payload.template, token, texts, most);
    request.witness?.weigh(position, bytes, most);
    if (bytes > most) failed.push({ position, outcome: PAYLOAD_TOO_LARGE });
  }
  return { batches: groups.filled.map((group) => batchOf(request, group, authorization)), failed };
}

interface Group {
  /** A broadcast channel, in the place of devices. */
  readonly channel: string | undefined;
  readonly destination: Destination;
  readonly environment: Recipient['environment'];
  readonly topic: string;
  readonly payload: Payload;
  readonly sent: FilledMessages;
}

/** Of a message to a broadcast channel. */
const maxBroadcastBytes = 5_120;
const base64 = /^[A-Za-z0-9+/]+={0,2}$/;
const usual: ApnsPushType = { suffix: '', maxBytes: 4_096 };

/** Messages with one destination, topic and set of headers each; nearly always the next message belongs where the last one does. */
class Groups {
  readonly #all = new Map<string, Group>();
  #last: Group | undefined;

  constructor(
    private readonly recipients: ProviderRequest['recipients'],
    private readonly address: ApnsAddress,
    private readonly messages: number,
  ) {}

  /** Those that have messages. */
  get filled(): readonly Group[] {
    return [...this.#all.values()].filter(({ sent }) => sent.positions.length > 0);
  }

  of(recipient: Recipient, payload: Payload): Group {
    const { environment } = recipient;
    const topic = topicOf(recipient, this.address);
    const last = this.#last;
    const channel = channelOf(recipient);
    if (last?.payload === payload && last.environment === environment && last.topic === topic && last.channel === channel) return last;
    const key = `${environment} ${topic}${payload.type.suffix} ${payload.delivery} ${channel ?? ''}`;
    const group = this.#all.get(key) ?? {
      channel,
      destination: this.address[environment],
      environment,
      topic,
      payload,
      sent: new FilledMessages(this.recipients, this.#last ? 0 : this.messages), // nearly all are in the first group
    };
    this.#all.set(key, group);
    this.#last = group;
    return group;
  }
}

function channelOf({ addressed, token }: Recipient): string | undefined {
  return addressed === 'channel' ? token.reveal() : undefined;
}

function maxBytesOf({ addressed }: Recipient, { type }: Payload): number {
  return addressed === 'channel' ? maxBroadcastBytes : type.maxBytes;
}

function topicOf({ bundleId }: Recipient, { bundleIds }: ApnsAddress): string {
  return bundleId ?? bundleIds[0] ?? '';
}

/** What APNs would refuse, and hold against the connection or the credential, is not asked. */
function problemOf(recipient: Recipient, token: string, address: ApnsAddress): Outcome | undefined {
  if (!address.bundleIds.includes(topicOf(recipient, address))) return { kind: 'wrong_sender', reason: 'bundle_not_configured' };
  if (recipient.addressed === 'channel') return base64.test(token) ? undefined : { kind: 'payload_bad', reason: 'BadChannelId' };
  return token.length % 2 === 0 && /^[0-9a-fA-F]+$/.test(token) ? undefined : MALFORMED_TOKEN;
}

function batchOf(request: ProviderRequest, group: Group, authorization: Authorization): ProviderBatch {
  const { destination, topic, payload, sent, channel } = group;
  if (channel !== undefined)
    return filledBatch(request, sent, {
      destination,
      sharedHeaders: ['apns-channel-id', channel, ...payload.headers],
      authorization: () => authorization.header,
      path: () => `/4/broadcasts/apps/${topic}`,
      own: { name: 'apns-request-id', value: (index) => sent.messageId(index) },
    });
  return filledBatch(request, sent, {
    destination,
    sharedHeaders: ['apns-topic', topic + payload.type.suffix, ...payload.headers],
    authorization: () => authorization.header,
    path: (index) => `/3/device/${sent.token(index)}`,
    own: { name: 'apns-id', value: (index) => sent.messageId(index) },
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
