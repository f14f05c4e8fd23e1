import { isJsonObject, mergeOverrides, type JsonObject, type RenderedMessage } from '#libs/sends';
import type { Destination } from '../../transport/transport.ts';
import { BodyTemplate, TOKEN_HOLE, fillingOf, isPlainToken, type Filling } from '../body-template.ts';
import { carillonPart } from '../carillon-part.ts';
import { MALFORMED_TOKEN, PAYLOAD_TOO_LARGE, type Outcome } from '../outcome.ts';
import type { Authorization, BuiltRequest } from '../provider-protocol.ts';
import type { ProviderRequest } from '../push-provider.ts';
import { requestBatch, writeFilled, type FilledMessage } from '../request-batch.ts';
import { hmsMessage } from './message.ts';

/** providers.md 7.1: the body, tokens apart. */
const maxBytes = 4_096;
/** The target is the recipient's token and nothing an author could write; data is merged on its own. */
const ours: ReadonlySet<string> = new Set(['token', 'topic', 'condition', 'data']);

export interface HmsAddress {
  readonly destination: Destination;
  readonly appId: string;
}

/** A request takes up to 1,000 tokens; each message has a receipt of its own, so each goes alone. `now`: ms. */
export function buildHmsRequest(
  request: ProviderRequest,
  positions: readonly number[],
  address: HmsAddress,
  authorization: Authorization,
  now: number,
): BuiltRequest {
  const templates = new Map<number, BodyTemplate | Outcome>();
  const failed: BuiltRequest['failed'][number][] = [];
  const sent: FilledMessage[] = [];
  for (const position of positions) {
    const recipient = request.recipients.at(position);
    if (!recipient) continue;
    const template = templates.get(recipient.rendering) ?? templateOf(request.renderings[recipient.rendering] ?? {}, request, now);
    templates.set(recipient.rendering, template);
    if ('kind' in template) {
      failed.push({ position, outcome: template });
      continue;
    }
    const filling = fillingOf(recipient);
    const length = template.length(filling);
    const outcome = problemOf(filling, length);
    request.witness?.weigh(position, length - filling.token.length, maxBytes);
    if (outcome) failed.push({ position, outcome });
    else sent.push({ position, template, filling, length });
  }
  const path = `/v1/${address.appId}/messages:send`;
  const batch = () =>
    requestBatch(request, sent, {
      destination: address.destination,
      sharedHeaders: ['content-type', 'application/json; charset=utf-8'],
      authorization: () => authorization.header,
      path: () => path,
      writeBody: writeFilled,
    });
  return { batches: sent.length === 0 ? [] : [batch()], failed };
}

function problemOf({ token }: Filling, length: number): Outcome | undefined {
  if (!isPlainToken(token)) return MALFORMED_TOKEN;
  return length - token.length > maxBytes ? PAYLOAD_TOO_LARGE : undefined;
}

/** `data` is one text: the app's own names and values as JSON, with our part among them as FCM has it. */
function templateOf(message: RenderedMessage, request: ProviderRequest, now: number): BodyTemplate | Outcome {
  const over = message.overrides?.hms ?? {};
  const data = mergeOverrides(message.data ?? {}, isJsonObject(over['data']) ? over['data'] : {});
  if ('carillon' in (message.data ?? {}) || Object.keys(data).some((key) => key.startsWith('_push_'))) {
    return { kind: 'payload_bad', reason: 'reserved_data_key' };
  }
  const text = JSON.stringify({ ...data, carillon: carillonPart(request.sendId, message) });
  const merged = Object.entries(hmsMessage(message, request, now, over)).filter(([key]) => !ours.has(key));
  const content: JsonObject = { data: text, ...Object.fromEntries(merged) };
  const start = request.validateOnly === true ? '{"validate_only":true,' : '{';
  return new BodyTemplate(`${start}"message":${JSON.stringify(content).slice(0, -1)},"token":["${TOKEN_HOLE}"]}}`);
}
