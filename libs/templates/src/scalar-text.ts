import { Output, TypeGuards, filters, type FilterImplOptions, type Template, type Token } from 'liquidjs';

/** Renders a text for one scope. Undefined: only the engine can say what becomes of it. */
export type ScalarText = (scope: object) => string | undefined;
type Part = string | ScalarText;
type Filter = (value: Scalar) => unknown;
type Scalar = string | number | boolean | null;
type Handler = Exclude<FilterImplOptions, { handler: unknown }>;

/** Nothing here comes near the budget of a rendering: 16 interpolations of values and filters like these cost some 4,000 of its 10,000 steps. */
const maxInterpolations = 16;
const maxFilters = 3;
const maxTemplateCharacters = 2_048;
const maxValueCharacters = 1_024;
/** Take a scalar and make one, in time that grows with their length alone. */
const plainFilters = new Set('default upcase downcase capitalize escape append prepend strip lstrip rstrip truncate'.split(' '));
/** Liquid answers these of lists and texts, too. */
const ofLists = new Set(['first', 'last', 'size']);
const engineContext = { context: { opts: {}, memoryLimit: { use: () => undefined } } };

/**
 * A text that only fills scalars in, as a function that joins strings: the same text as the engine's, or undefined. The filters are the engine's own; what
 * is missing, is no scalar, is long or is no number is left to the engine, and with it everything that can fail.
 */
export function scalarTextOf(text: string, templates: readonly Template[]): ScalarText | undefined {
  const outputs = templates.filter((template) => template instanceof Output).length;
  if (text.length > maxTemplateCharacters || outputs > maxInterpolations) return undefined;
  const parts: Part[] = [];
  for (const template of templates) {
    const part = partOf(template);
    if (part === undefined) return undefined;
    parts.push(part);
  }
  return (scope) => {
    try {
      return joined(parts, scope);
    } catch {
      return undefined; // a filter that was given too little; the engine says so in its own words
    }
  };
}

function joined(parts: readonly Part[], scope: object): string | undefined {
  let text = '';
  for (const part of parts) {
    const piece = typeof part === 'string' ? part : part(scope);
    if (piece === undefined) return undefined;
    text += piece;
  }
  return text;
}

function partOf(template: Template): Part | undefined {
  if (TypeGuards.isHTMLToken(template.token)) return template.token.getContent();
  if (!(template instanceof Output)) return undefined;
  const { initial, filters: applied } = template.value;
  const path = pathOf(initial.postfix);
  if (!path || applied.length > maxFilters) return undefined;
  const chain: Filter[] = [];
  for (const { name, args } of applied) {
    const literals = args.map(literalOf);
    const handler = filters[name] as Handler | undefined;
    if (!plainFilters.has(name) || !handler || literals.includes(undefined)) return undefined;
    chain.push((value) => handler.apply(engineContext as never, [value, ...literals]) as unknown);
  }
  return interpolation(path, chain, applied[0]?.name === 'default');
}

function interpolation(path: readonly string[], chain: readonly Filter[], isLenient: boolean): ScalarText {
  return (scope) => {
    let value = at(scope, path);
    if (value === undefined && isLenient) value = null;
    if (!isScalar(value) || (value === null && !isLenient)) return undefined;
    let made = value;
    for (const filter of chain) {
      const next = filter(made);
      if (!isScalar(next) || next === null) return undefined;
      made = next;
    }
    return typeof made === 'string' ? made : String(made);
  };
}

function isScalar(value: unknown): value is Scalar {
  if (typeof value === 'string') return value.length <= maxValueCharacters;
  return typeof value === 'number' ? Number.isFinite(value) : typeof value === 'boolean' || value === null;
}

/** Undefined where any step is missing, or is none of an object. */
function at(scope: object, path: readonly string[]): unknown {
  let value: unknown = scope;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string, unknown>)[step];
  }
  return value;
}

/** A path of plain names below a root; undefined for every other expression. */
function pathOf(postfix: readonly Token[]): readonly string[] | undefined {
  const [token, ...more] = postfix;
  if (!token || more.length > 0 || !TypeGuards.isPropertyAccessToken(token) || token.variable) return undefined;
  const path = token.props.map((prop) => (TypeGuards.isWordToken(prop) || TypeGuards.isQuotedToken(prop) ? prop.content : undefined));
  if (path.length < 2 || !path.every((step) => step !== undefined && !ofLists.has(step))) return undefined;
  return path as string[];
}

/** Texts and numbers as they stand there. */
function literalOf(argument: unknown): string | number | undefined {
  const token = argument as Token;
  if (Array.isArray(argument)) return undefined;
  return TypeGuards.isQuotedToken(token) || TypeGuards.isNumberToken(token) ? token.content : undefined;
}
