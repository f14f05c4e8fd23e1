import type { MessageTemplate } from '../message.ts';
import type { JsonObject } from './merge-overrides.ts';

/** Title and body as some language has them; what Liquid makes counts as a text. Empty for a message that shows nothing by itself. */
export function textsOf(message: MessageTemplate): JsonObject {
  if (message.silent === true) return {};
  const everywhere = [message, ...Object.values(message.localized ?? {})];
  return Object.fromEntries(
    (['title', 'body'] as const).flatMap((name) => {
      const written = everywhere.find((one) => (one[name] ?? '') !== '');
      return written ? [[name, written[name]]] : [];
    }),
  );
}
