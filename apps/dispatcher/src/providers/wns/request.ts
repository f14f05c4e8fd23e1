import type { Destination } from '../../transport/transport.ts';
import { BodyTemplate, fillingOf, type Filling } from '../body-template.ts';
import type { Outcome } from '../outcome.ts';
import type { Authorization, BuiltRequest, ProviderBatch } from '../provider-protocol.ts';
import type { ProviderRequest, Recipient } from '../push-provider.ts';
import { CHANNEL_LIFETIME_MS, channelOf, type Channel } from './channel.ts';
import { wnsMessage, type WnsMessage } from './message.ts';
import { escapedForXml } from './xml.ts';

/** providers.md 3.3. */
const maxBodyBytes = 5_000;

export interface WnsAddress {
  /** Package SIDs send all kinds, Entra ID toast and raw alone. */
  readonly hasAllKinds: boolean;
  /** The way to a host of channels. */
  readonly at: (host: string) => Destination;
}

/** What is the same for many messages. */
interface Body extends Pick<WnsMessage, 'kind' | 'headers'> {
  readonly template: BodyTemplate;
}

/** One message that goes. */
interface Sent {
  readonly position: number;
  readonly path: string;
  readonly template: BodyTemplate;
  readonly filling: Filling;
  readonly length: number;
}

/** Messages with one host and the same headers. */
interface Group {
  readonly host: string;
  readonly headers: readonly string[];
  readonly sent: Sent[];
}

const malformed: Outcome = { kind: 'token_invalid', reason: 'malformed_token' };
const tooLarge: Outcome = { kind: 'payload_bad', reason: 'payload_too_large' };

/** A batch for each host and kind of notification. */
export function buildWnsRequest(
  request: ProviderRequest,
  positions: readonly number[],
  address: WnsAddress,
  authorization: Authorization,
  now: number,
): BuiltRequest {
  const bodies = new Map<number, Body | Outcome>();
  const groups = new Map<string, Group>();
  const failed: BuiltRequest['failed'][number][] = [];
  for (const position of positions) {
    const recipient = request.recipients[position];
    if (!recipient) continue;
    const channel = channelOf(recipient.token.reveal());
    const problem = channel ? expiryProblem(recipient, now) : malformed;
    const body = problem ?? bodyFor(recipient.rendering, request, address, bodies, now);
    if (!channel || !('template' in body)) {
      failed.push({ position, outcome: 'template' in body ? malformed : body });
      continue;
    }
    const sent = sentOf(position, recipient, channel, body);
    if (sent.length > maxBodyBytes) failed.push({ position, outcome: tooLarge });
    else groupOf(groups, channel.host, body.headers).sent.push(sent);
  }
  return { batches: [...groups.values()].map((group) => batchOf(request, group, address, authorization)), failed };
}

/** Who asked for the channel, and when, was last said at `confirmedAt`: it had at most its whole life before it then. */
function expiryProblem({ confirmedAt }: Recipient, now: number): Outcome | undefined {
  if (!confirmedAt || now < confirmedAt + CHANNEL_LIFETIME_MS) return undefined;
  return { kind: 'token_invalid', reason: 'channel_expired', invalidSince: confirmedAt + CHANNEL_LIFETIME_MS };
}

function bodyFor(
  rendering: number,
  request: ProviderRequest,
  { hasAllKinds }: WnsAddress,
  bodies: Map<number, Body | Outcome>,
  now: number,
): Body | Outcome {
  const known = bodies.get(rendering);
  if (known) return known;
  const body = bodyOf(request.renderings[rendering] ?? {}, request, hasAllKinds, now);
  bodies.set(rendering, body);
  return body;
}

function bodyOf(
  message: ProviderRequest['renderings'][number],
  request: ProviderRequest,
  hasAllKinds: boolean,
  now: number,
): Body | Outcome {
  const { kind, body, headers } = wnsMessage(message, request, hasAllKinds, now);
  if (!hasAllKinds && (kind === 'tile' || kind === 'badge')) return { kind: 'payload_bad', reason: 'kind_needs_package_sid' };
  return { kind, headers, template: new BodyTemplate(body) };
}

function sentOf(position: number, recipient: Recipient, { path }: Channel, { kind, template }: Body): Sent {
  const filling = kind === 'raw' ? fillingOf(recipient) : fillingOf(recipient, escapedForXml);
  return { position, path, template, filling, length: template.length(filling) };
}

function groupOf(groups: Map<string, Group>, host: string, headers: readonly string[]): Group {
  const key = JSON.stringify([host, headers]);
  const known = groups.get(key);
  if (known) return known;
  const group: Group = { host, headers, sent: [] };
  groups.set(key, group);
  return group;
}

function batchOf(
  request: ProviderRequest,
  { host, headers, sent }: Group,
  address: WnsAddress,
  authorization: Authorization,
): ProviderBatch {
  const at = (index: number): Sent => sent[index] ?? outOfRange(index);
  return {
    positions: sent.map(({ position }) => position),
    destination: address.at(host),
    size: sent.length,
    urgent: request.lane === 'transactional',
    startBy: request.startBy,
    method: 'POST',
    sharedHeaders: headers,
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
