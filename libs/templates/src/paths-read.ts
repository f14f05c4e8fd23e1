import { TypeGuards, toValueSync, type FilteredValueToken, type Template, type Token, type Value } from 'liquidjs';
import { evaluatesText } from './metered-filters.ts';

/** A path from a root of the context: what a text reads is at it or below. Empty: nobody can tell, it may be anything. */
export type Path = readonly string[];

/** What lies below is all read. */
const maxPath = 16;
const deepestTags = 30;
const deepestExpression = 20;
/** What Liquid answers of lists and texts, which have no such members. */
const ofLists = new Set(['first', 'last', 'size']);

/** Where a text is too deep, as the parser says what does not parse. */
class TooDeep extends Error {
  constructor(readonly token: Token | Value) {
    super(`tags may be nested ${deepestTags} deep, and expressions ${deepestExpression}`);
  }
}

/**
 * Every path that the templates read, some that they do not (names of their own) included; linear in their size, unlike the library's analysis.
 * Throws TooDeep.
 */
export function pathsRead(templates: readonly Template[], depth = 1): Path[] {
  return templates.flatMap((template) => {
    if (depth > deepestTags) throw new TooDeep(template.token);
    const own = [...(template.arguments?.() ?? [])].flatMap((argument) => ofValue(argument, 1));
    const children = template.children ? toValueSync<Template[]>(template.children(false, true)) : [];
    return [...own, ...pathsRead(children, depth + 1)];
  });
}

function ofValue(value: Value | Token | undefined, depth: number): Path[] {
  if (value === undefined) return [];
  if (depth > deepestExpression) throw new TooDeep(value);
  if (isExpression(value)) {
    const parts = [
      ...value.initial.postfix,
      ...value.filters.flatMap(({ args }) => args.map((arg) => (Array.isArray(arg) ? arg[1] : arg))),
    ];
    const paths = parts.flatMap((part) => ofValue(part, depth + 1));
    return value.filters.some(({ name }) => evaluatesText(name)) ? [...paths, []] : paths;
  }
  if (TypeGuards.isRangeToken(value)) return [...ofValue(value.lhs, depth + 1), ...ofValue(value.rhs, depth + 1)];
  if (!TypeGuards.isPropertyAccessToken(value)) return [];
  const computed = [value.variable, ...value.props].flatMap((part) => ofValue(part, depth + 1));
  return value.variable ? computed : [staticPart(value.props), ...computed];
}

function isExpression(value: Value | Token): value is Value | FilteredValueToken {
  return 'initial' in value;
}

/** Up to the first step that is computed, or that asks a list. */
function staticPart(steps: readonly Token[]): Path {
  const path: string[] = [];
  for (const step of steps) {
    const name = TypeGuards.isQuotedToken(step) || TypeGuards.isWordToken(step) ? step.content : undefined;
    if (name === undefined || ofLists.has(name) || path.length === maxPath) break;
    path.push(name);
  }
  return path;
}

/** The shortest paths that cover all: none lies below another. */
export function covering(paths: readonly Path[]): Path[] {
  const kept = new Map<string, Path>();
  for (const path of [...paths].sort((one, other) => one.length - other.length)) {
    const isCovered = path.some((_, end) => kept.has(keyOf(path.slice(0, end)))) || kept.has(keyOf(path));
    if (!isCovered) kept.set(keyOf(path), path);
  }
  return [...kept.values()];
}

function keyOf(path: Path): string {
  return path.map((step) => JSON.stringify(step)).join('.');
}
