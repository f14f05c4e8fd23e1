import type { Destination } from '../../transport/transport.ts';
import { BodyTemplate, fillingOf } from '../body-template.ts';
import { MALFORMED_TOKEN, PAYLOAD_TOO_LARGE, type Outcome } from '../outcome.ts';
import type { Authorization, BuiltRequest, ProviderBatch } from '../provider-protocol.ts';
import type { ProviderRequest, Recipient } from '../push-provider.ts';
import { requestBatch, writeFilled, type FilledMessage } from '../request-batch.ts';
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
interface Sent extends FilledMessage {
  readonly path: string;
}

/** Messages with one host and the same headers. */
interface Group {
  readonly host: string;
  readonly headers: readonly string[];
  readonly sent: Sent[];
}

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
    const recipient = request.recipients.at(position);
    if (!recipient) continue;
    const channel = channelOf(recipient.token.reveal());
    const problem = channel ? expiryProblem(recipient, now) : MALFORMED_TOKEN;
    const body = problem ?? bodyFor(recipient.rendering, request, address, bodies, now);
    if (!channel || !('template' in body)) {
      failed.push({ position, outcome: 'template' in body ? MALFORMED_TOKEN : body });
      continue;
    }
    const sent = sentOf(position, recipient, channel, body);
    request.witness?.weigh(position, sent.length, maxBodyBytes);
    if (sent.length > maxBodyBytes) failed.push({ position, outcome: PAYLOAD_TOO_LARGE });
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
  return requestBatch(request, sent, {
    destination: address.at(host),
    sharedHeaders: headers,
    authorization: () => authorization.header,
    path: ({ path }) => path,
    writeBody: writeFilled,
  });
}
