import type { Platform } from '#libs/registry';
import type { JsonObject, RenderedMessage } from '#libs/sends';

const apple: ReadonlySet<Platform> = new Set(['ios', 'ipados', 'macos', 'tvos', 'watchos', 'visionos']);

/** Whether an installation reads `aps`, whoever brings it. */
export function isApple(platform: Platform): boolean {
  return apple.has(platform);
}

/** Whether a person sees something of it: a message without a text is never a notification, whatever else it has. */
export function isShown({ silent, title, body }: RenderedMessage): boolean {
  return silent !== true && (hasText(title) || hasText(body));
}

/** The `aps` dictionary (Apple: "Generating a remote notification"), for APNs and for FCM's messages to Apple devices. */
export function apsContent(message: RenderedMessage): JsonObject {
  const { title, subtitle, body, badge, sound, category, interruptionLevel, image, actions, silent } = message;
  if (silent === true) return { 'content-available': 1, badge };
  const isCritical = interruptionLevel === 'critical';
  if (!isShown(message)) return sound === undefined && badge === undefined ? { 'content-available': 1 } : { badge, sound };
  return {
    alert: { title, subtitle, body },
    badge,
    sound: isCritical ? { critical: 1, name: sound ?? 'default', volume: 1 } : sound,
    category,
    'interruption-level': interruptionLevel,
    // Lets the app's extension fetch the picture and add the buttons.
    'mutable-content': image === undefined && actions === undefined ? undefined : 1,
  };
}

/** A text where it says something, else the other. */
export function textOr(text: string | undefined, other: string | undefined): string | undefined {
  return hasText(text) ? text : other;
}

function hasText(text: string | undefined): boolean {
  return text !== undefined && text !== '';
}
