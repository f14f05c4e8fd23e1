import { carillonPart, isObject, type JsonObject } from '../devices/delivery.ts';
import type { JsonShape } from '../wire/json-shape.ts';
import { KnownShape } from '../wire/known-shape.ts';
import type { ApnsReason } from './answers.ts';

const maxBytes = 4096;
/** VoIP, and what goes to a broadcast channel. */
const maxBytesOfMore = 5120;

/** A body that APNs takes. */
export interface ApnsPayload {
  /** Of its `carillon`, where it is there. */
  readonly send: string | undefined;
  readonly receipt: string | undefined;
  parse(): JsonObject;
}

interface Found {
  readonly pushType: string | undefined;
  /** The number of each text; -1 where there is none. */
  readonly send: number;
  readonly receipt: number;
}

/** With these, what a payload promises is in its members and numbers, and in no text. */
const plainTypes = new Set<string | undefined>(['alert', 'background', undefined]);

/**
 * Reads the bodies of one connection: of those whose shape is known, only the texts. What APNs says to a body that is no JSON object is not documented; the
 * simulator says PayloadEmpty. A body that does not do what its push type promises is InvalidPushType.
 */
export class PayloadReader {
  readonly #shape = new KnownShape<Found>(() => true);

  /** The body, valid until the next one, or why it is refused. */
  read(body: Buffer, pushType: string | undefined, way: 'device' | 'broadcast' = 'device'): ApnsPayload | ApnsReason {
    if (body.length === 0) return 'PayloadEmpty';
    if (body.length > (pushType === 'voip' || way === 'broadcast' ? maxBytesOfMore : maxBytes)) return 'PayloadTooLarge';
    const known = plainTypes.has(pushType) ? this.#shape.match(body) : undefined;
    if (known?.found.pushType === pushType && known) {
      const { shape, found } = known;
      const text = (index: number) => (index < 0 ? undefined : shape.text(index));
      return { send: text(found.send), receipt: text(found.receipt), parse: () => parse(body) as JsonObject };
    }
    return this.#whole(body, pushType);
  }

  #whole(body: Buffer, pushType: string | undefined): ApnsPayload | ApnsReason {
    const payload = parse(body);
    if (!isObject(payload)) return 'PayloadEmpty';
    if (!agrees(payload['aps'], pushType)) return 'InvalidPushType';
    const { send, receipt } = carillonPart(payload['carillon']);
    this.#shape.learn(body, (shape) => {
      const [ofSend, ofReceipt] = [numberOf(shape, 'send', send), numberOf(shape, 'receipt', receipt)];
      return ofSend === undefined || ofReceipt === undefined ? undefined : { pushType, send: ofSend, receipt: ofReceipt };
    });
    return { send, receipt, parse: () => payload };
  }
}

/** Undefined where the text is there and cannot be told from others. */
function numberOf(shape: JsonShape, name: string, value: string | undefined): number | undefined {
  if (value === undefined) return -1;
  const number = shape.numberOf(name, value);
  return number < 0 ? undefined : number;
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

function agrees(aps: unknown, pushType: string | undefined): boolean {
  switch (pushType) {
    case 'alert':
      return isObject(aps) && isVisible(aps);
    case 'background':
      return isObject(aps) && aps['content-available'] === 1 && !isVisible(aps);
    case 'liveactivity':
      return isObject(aps) && Number.isInteger(aps['timestamp']) && isActivityEvent(aps);
    case 'widgets':
      return isObject(aps) && aps['content-changed'] === true;
    case undefined: // an old sender, whose push is taken for what its payload says
      return isObject(aps);
    default:
      return aps === undefined || isObject(aps);
  }
}

function isVisible(aps: JsonObject): boolean {
  return aps['alert'] !== undefined || aps['sound'] !== undefined || aps['badge'] !== undefined;
}

function isActivityEvent(aps: JsonObject): boolean {
  const { event } = aps;
  const isWhole = ['stale-date', 'dismissal-date'].every((name) => aps[name] === undefined || Number.isInteger(aps[name]));
  if (!isWhole || (event !== 'end' && !isObject(aps['content-state']))) return false;
  return event === 'end' || event === 'update' || (event === 'start' && isStart(aps));
}

/** Apple wants all of it; without a token or a channel asked for the device would never be updated, which is the app's business. */
function isStart(aps: JsonObject): boolean {
  const { attributes, alert } = aps;
  return typeof aps['attributes-type'] === 'string' && isObject(attributes) && isObject(alert);
}
