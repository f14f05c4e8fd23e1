import { DOMParser, onErrorStopParsing } from '@xmldom/xmldom';
import { objectOf, parsed, textOf, textsOf, type JsonObject } from '../devices/delivery.ts';
import type { Content } from '../traits/provider-traits.ts';
import type { WnsKind } from './wns-kind.ts';

/** What the device makes of a body, or undefined for one that it drops without a word, as it does with XML that is none or of another kind. */
export function notificationOf(kind: WnsKind, body: string): JsonObject | undefined {
  if (kind === 'raw') return { kind, raw: body };
  try {
    const root = new DOMParser({ onError: onErrorStopParsing }).parseFromString(body, 'text/xml').documentElement;
    if (root?.tagName !== kind) return undefined;
    if (kind === 'badge') return { kind, badge: root.getAttribute('value') ?? '' };
    const texts = [...root.getElementsByTagName('text')].map(({ textContent }) => textContent ?? '');
    return root.getElementsByTagName('binding').length === 0 ? undefined : { kind, texts, launch: root.getAttribute('launch') ?? '' };
  } catch {
    return undefined;
  }
}

/** The title is the first line; data is what `launch` or a raw notification says as JSON. */
export function contentOf({ kind, texts, launch, raw, badge }: JsonObject): Content {
  const [title = null, ...lines] = Array.isArray(texts) ? (texts as string[]) : [];
  const { carillon, ...data } = objectOf(parsed(textOf(kind === 'raw' ? raw : launch)));
  return {
    title,
    body: lines.length === 0 ? null : lines.join('\n'),
    data: textsOf({ ...data, ...(badge !== undefined && { badge }) }),
    carillon,
  };
}

/** Our part of it, where it has one. */
export function carillonOf(notification: JsonObject | undefined): unknown {
  return notification && contentOf(notification).carillon;
}
