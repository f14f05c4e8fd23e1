import { HOLES } from '#libs/templates';
import type { Destination } from '../../transport/transport.ts';
import { isApple } from '../aps-content.ts';
import { RECEIPT_HOLE } from '../body-template.ts';
import { MALFORMED_TOKEN, PAYLOAD_TOO_LARGE, type Outcome } from '../outcome.ts';
import type { BuiltRequest } from '../provider-protocol.ts';
import type { ProviderRequest, Recipient } from '../push-provider.ts';
import { requestBatch, type SentMessage } from '../request-batch.ts';
import { baiduMessage, type BaiduMessage } from './message.ts';
import { baiduSign, phpUrlencode } from './sign.ts';

/** providers.md 6.2: of `msg`. */
const maxMsgBytes = 4_096;
/** Longer than any that Baidu hands out, and of digits: kept as text, because numbers of this size lose their last digits. */
const channelId = /^\d{10,20}$/;
const path = '/rest/3.0/push/single_device';
const sharedHeaders = ['content-type', 'application/x-www-form-urlencoded;charset=utf-8', 'user-agent', 'BCCS_SDK/3.0 (Carillon)'];

export interface BaiduAddress {
  readonly destination: Destination;
  /** Scheme, host and port as the request names them: they are signed. */
  readonly origin: string;
  readonly apiKey: string;
  readonly secretKey: string;
}

/**
 * One device a request: a batch of Baidu's tells nothing of any one device, and each message has a receipt of its own. `serverNow`: Baidu's time in ms, which the
 * signature is made for; `now`: ours.
 */
export function buildBaiduRequest(
  request: ProviderRequest,
  positions: readonly number[],
  address: BaiduAddress,
  now: number,
  serverNow: number,
): BuiltRequest {
  const messages = new Map<string, BaiduMessage | Outcome>();
  const failed: BuiltRequest['failed'][number][] = [];
  const sent: Sent[] = [];
  for (const position of positions) {
    const recipient = request.recipients.at(position);
    if (!recipient) continue;
    const message = messageFor(recipient, request, messages, now);
    const built =
      'kind' in message
        ? message
        : bodyOf(message, recipient, address, serverNow, (bytes) => request.witness?.weigh(position, bytes, maxMsgBytes));
    if (typeof built === 'object') failed.push({ position, outcome: built });
    else sent.push({ position, body: built, length: built.length });
  }
  const batch = () =>
    requestBatch(request, sent, {
      destination: address.destination,
      sharedHeaders,
      authorization: () => '', // the signature in the body says who sends
      path: () => path,
      writeBody: ({ body }, into, offset) => {
        into.write(body, offset, 'latin1');
      },
    });
  return { batches: sent.length === 0 ? [] : [batch()], failed };
}

/** One message that goes. */
interface Sent extends SentMessage {
  /** ASCII. */
  readonly body: string;
}

function messageFor(recipient: Recipient, request: ProviderRequest, known: Map<string, BaiduMessage | Outcome>, now: number) {
  const family = isApple(recipient.platform) ? 'apple' : 'android';
  const { environment, rendering } = recipient;
  const key = `${rendering} ${family} ${environment}`;
  const before = known.get(key);
  if (before) return before;
  const message = request.renderings[rendering] ?? {};
  const isReserved = 'carillon' in (message.data ?? {}) || (family === 'apple' && 'aps' in (message.data ?? {}));
  const made: BaiduMessage | Outcome = isReserved
    ? { kind: 'payload_bad', reason: 'reserved_data_key' }
    : baiduMessage(message, request, { family, environment }, now);
  known.set(key, made);
  return made;
}

/** The form, signed; or why there is none. */
function bodyOf(
  message: BaiduMessage,
  recipient: Recipient,
  address: BaiduAddress,
  serverNow: number,
  weigh: (bytes: number) => void,
): string | Outcome {
  const token = recipient.token.reveal();
  if (!channelId.test(token)) return MALFORMED_TOKEN;
  const msg = filled(message.msg, recipient);
  const bytes = Buffer.byteLength(msg);
  weigh(bytes);
  if (bytes > maxMsgBytes) return PAYLOAD_TOO_LARGE;
  const parameters = {
    ...message.parameters,
    msg,
    apikey: address.apiKey,
    channel_id: token,
    timestamp: String(Math.floor(serverNow / 1_000)),
  };
  const sign = baiduSign('POST', `${address.origin}${path}`, parameters, address.secretKey);
  return Object.entries({ ...parameters, sign })
    .map(([name, value]) => `${name}=${phpUrlencode(value)}`)
    .join('&');
}

/** JSON with what this message has of its own in the holes. */
function filled(msg: string, { receipt, texts }: Recipient): string {
  let text = msg.replaceAll(RECEIPT_HOLE, () => receipt);
  for (const [at, own] of texts.entries()) text = text.replaceAll(HOLES[at] ?? '', () => JSON.stringify(own).slice(1, -1));
  return text;
}
