import type { InterruptionLevel, JsonObject, RenderedMessage } from '#libs/sends';
import { RECEIPT_HOLE } from '../body-template.ts';

/** Windows plays its own sounds and those of the app's package, nothing else. */
const playable = /^ms-(?:winsoundevent:|appx:\/\/\/|appdata:\/\/\/)/;
const picture = /^(?:https?|ms-appx|ms-appdata):\/\//;
const scenarios: Partial<Record<InterruptionLevel, string>> = { critical: 'urgent', 'time-sensitive': 'urgent' };

/**
 * The toast of a message ("App notification content", template ToastGeneric), in the notation of `xmlOf`. `launch`, which the app gets when somebody opens
 * it, is JSON with the message's data and our part beside them, as APNs' payload has them.
 */
export function toastOf(message: RenderedMessage, sendId: string): JsonObject {
  const { title, subtitle, body, image, icon, sound, interruptionLevel, link, data, actions } = message;
  const carillon = { v: 1, send: sendId, receipt: RECEIPT_HOLE, link };
  const isQuiet = interruptionLevel === 'passive';
  return {
    '@launch': JSON.stringify({ ...data, carillon }),
    '@scenario': interruptionLevel && scenarios[interruptionLevel],
    visual: {
      binding: {
        '@template': 'ToastGeneric',
        text: [title, subtitle, body].filter((line) => line !== undefined && line !== ''),
        image: [
          ...(image === undefined ? [] : [{ '@placement': 'hero', '@src': image }]),
          ...(icon !== undefined && picture.test(icon) ? [{ '@placement': 'appLogoOverride', '@src': icon }] : []),
        ],
      },
    },
    audio: isQuiet ? { '@silent': 'true' } : sound !== undefined && playable.test(sound) ? { '@src': sound } : undefined,
    actions: actions && {
      action: actions.map((action) => ({
        '@content': action.title,
        '@arguments': JSON.stringify({ carillon: { ...carillon, link: action.link, action: action.id } }),
      })),
    },
  };
}
