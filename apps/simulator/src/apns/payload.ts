import { isObject, type JsonObject } from '../devices/delivery.ts';
import type { ApnsReason } from './answers.ts';

const maxBytes = 4096;
const maxBytesOfVoip = 5120;

/**
 * The parsed body, or why it is refused. What APNs says to a body that is no JSON object is not documented; the simulator says PayloadEmpty. A body
 * that does not do what its push type promises is InvalidPushType.
 */
export function readPayload(body: Buffer, pushType: string | undefined): JsonObject | ApnsReason {
  if (body.length === 0) return 'PayloadEmpty';
  if (body.length > (pushType === 'voip' ? maxBytesOfVoip : maxBytes)) return 'PayloadTooLarge';
  const payload = parse(body);
  if (!isObject(payload)) return 'PayloadEmpty';
  return agrees(payload['aps'], pushType) ? payload : 'InvalidPushType';
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
  return event === 'end' || ((event === 'start' || event === 'update') && isObject(aps['content-state']));
}
