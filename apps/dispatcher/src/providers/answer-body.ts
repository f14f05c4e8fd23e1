import { type JsonObject, isJsonObject } from '#libs/sends';

/** An answer's JSON object; empty for anything else (proxies answer with pages). */
export function jsonObjectOf(body: string): JsonObject {
  try {
    const parsed: unknown = JSON.parse(body);
    return isJsonObject(parsed) ? parsed : {};
  } catch {
    return {};
  }
}

/** A provider's word as we may keep it: in events, metrics and pages. Anything that is not one word becomes `fallback`. */
export function reasonOf(value: unknown, fallback: string): string {
  return typeof value === 'string' && /^[\w.-]{1,64}$/.test(value) ? value : fallback;
}
