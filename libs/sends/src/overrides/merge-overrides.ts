export type JsonObject = Readonly<Record<string, unknown>>;

/** Lays one JSON object over another as a merge patch (RFC 7396): null takes out, objects go into objects, anything else replaces what was there. */
export function mergeOverrides(base: JsonObject, over: JsonObject): JsonObject {
  const merged = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(over)) {
    const below = merged.get(key);
    if (value === null) merged.delete(key);
    else merged.set(key, isJsonObject(value) ? mergeOverrides(isJsonObject(below) ? below : {}, value) : value);
  }
  return Object.fromEntries(merged);
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object itself, or an empty one in the place of anything else. */
export function objectIn(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}
