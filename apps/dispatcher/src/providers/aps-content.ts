import type { RenderedMessage } from '#libs/sends';
import type { JsonObject } from './merge-overrides.ts';

/** Shows nothing; wakes the app. */
export function isBackground({ silent, title, body, sound, badge }: RenderedMessage): boolean {
  return silent === true || (title === undefined && body === undefined && sound === undefined && badge === undefined);
}

/** The `aps` dictionary (Apple: "Generating a remote notification"), for APNs and for FCM's messages to Apple devices. */
export function apsContent(message: RenderedMessage): JsonObject {
  if (isBackground(message)) return { 'content-available': 1 };
  const { title, subtitle, body, badge, sound, category, interruptionLevel, image, actions } = message;
  const isCritical = interruptionLevel === 'critical';
  return {
    ...(title === undefined && body === undefined ? {} : { alert: { title, subtitle, body } }),
    badge,
    sound: isCritical ? { critical: 1, name: sound ?? 'default', volume: 1 } : sound,
    category,
    'interruption-level': interruptionLevel,
    // Lets the app's extension fetch the picture and add the buttons.
    'mutable-content': image === undefined && actions === undefined ? undefined : 1,
  };
}
