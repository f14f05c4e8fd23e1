import type { Destination } from '../../transport/transport.ts';
import { BodyTemplate, fillingOf } from '../body-template.ts';
import { MALFORMED_TOKEN, PAYLOAD_TOO_LARGE, type Outcome } from '../outcome.ts';
import type { BuiltRequest, ProviderBatch } from '../provider-protocol.ts';
import type { ProviderRequest } from '../push-provider.ts';
import { requestBatch, writeFilled, type FilledMessage } from '../request-batch.ts';
import { encryptInto, ENCRYPTION_BYTES, MAX_BODY_BYTES } from './encrypt.ts';
import { webPushHeaders, webPushPayload } from './message.ts';
import { subscriptionOf, type Subscription } from './subscription.ts';
import type { VapidKey } from './vapid.ts';

/** How subscriptions are written to. */
export interface WebPushWay {
  destinationOf(subscription: Subscription): Destination;
  /** The key pair to send with; undefined: the one that the subscription was made with is not there any more. */
  keyOf(subscription: Subscription): VapidKey | undefined;
  authorization(origin: string, key: VapidKey): string;
  /** Why a push service is not asked now. */
  obstacle(origin: string): Outcome | undefined;
}

interface Sent extends FilledMessage {
  readonly subscription: Subscription;
}

/** Messages that share their connection, their sender and their headers. */
interface Group {
  readonly key: VapidKey;
  readonly origin: string;
  readonly destination: Destination;
  readonly headers: readonly string[];
  readonly sent: Sent[];
}

const keyGone: Outcome = { kind: 'wrong_sender', reason: 'vapid_key_unknown' };
/** A text is written here before it is encrypted. */
const scratch = Buffer.allocUnsafeSlow(MAX_BODY_BYTES);

/** One batch for each push service, key pair and rendering's headers. */
export function buildWebPushRequest(request: ProviderRequest, positions: readonly number[], way: WebPushWay, now: number): BuiltRequest {
  const templates = new Map<number, { template: BodyTemplate; headers: readonly string[] }>();
  const groups = new Map<string, Group>();
  const failed: BuiltRequest['failed'][number][] = [];
  for (const position of positions) {
    const recipient = request.recipients.at(position);
    if (!recipient) continue;
    const rendered = templates.get(recipient.rendering) ?? renderingOf(request, recipient.rendering, now);
    templates.set(recipient.rendering, rendered);
    const { template, headers } = rendered;
    const subscription = subscriptionOf(recipient.token);
    const filling = fillingOf(recipient);
    const length = template.length(filling) + ENCRYPTION_BYTES;
    request.witness?.weigh(position, length, MAX_BODY_BYTES);
    const outcome = subscription ? problemOf(subscription, length, way) : MALFORMED_TOKEN;
    const key = subscription && way.keyOf(subscription);
    if (outcome || !subscription || !key) {
      failed.push({ position, outcome: outcome ?? keyGone });
      continue;
    }
    const { origin } = subscription;
    const name = [origin, key.publicKey, ...headers].join(' ');
    const group = groups.get(name) ?? { key, origin, destination: way.destinationOf(subscription), headers, sent: [] };
    groups.set(name, group);
    group.sent.push({ position, subscription, template, filling, length });
  }
  return { batches: [...groups.values()].map((group) => batchOf(request, group, way)), failed };
}

function renderingOf(request: ProviderRequest, rendering: number, now: number) {
  const message = request.renderings[rendering] ?? {};
  return { template: new BodyTemplate(webPushPayload(message, request)), headers: webPushHeaders(message, request, now) };
}

function problemOf({ origin }: Subscription, length: number, way: WebPushWay): Outcome | undefined {
  if (length > MAX_BODY_BYTES) return PAYLOAD_TOO_LARGE;
  return way.obstacle(origin);
}

function batchOf(request: ProviderRequest, { key, origin, destination, headers, sent }: Group, way: WebPushWay): ProviderBatch {
  return requestBatch(request, sent, {
    destination,
    sharedHeaders: ['content-type', 'application/octet-stream', 'content-encoding', 'aes128gcm', ...headers],
    authorization: () => way.authorization(origin, key),
    path: ({ subscription }) => subscription.path,
    // Encrypted when its turn comes: a batch of hundreds at once would hold everybody up for as many ten-thousandths of a second.
    writeBody: (message, into, offset) => {
      writeFilled(message, scratch, 0);
      encryptInto(scratch.subarray(0, message.length - ENCRYPTION_BYTES), message.subscription, into, offset);
    },
    clearBody: (message) => {
      writeFilled(message, scratch, 0);
      return scratch.toString('utf8', 0, message.length - ENCRYPTION_BYTES);
    },
  });
}
