import { isJsonObject, type JsonObject } from './merge-overrides.ts';
import { mapOf, text, type Shape, type ShapeProblem } from './shape.ts';

/** Headers as texts, those named here of a form of their own; a name in two cases is refused. */
export function headersOf(own: Readonly<Record<string, Shape>>): Shape {
  const shape = mapOf(text, own);
  return (value, path) => [...shape(value, path), ...(isJsonObject(value) ? repeatedHeaders(value, path) : [])];
}

/** Headers that stand there twice, in other letters: nobody can tell which of the two is meant. Each place is named. */
export function repeatedHeaders(headers: JsonObject, path: readonly string[]): ShapeProblem[] {
  const byName = Map.groupBy(Object.keys(headers), (name) => name.toLowerCase());
  return [...byName.values()].flatMap((names) =>
    names.length === 1 ? [] : names.map((name) => ({ path: [...path, name], message: `Is given more than once: ${names.join(', ')}` })),
  );
}
