import {
  Liquid,
  Tag,
  Value,
  toValueSync,
  type Context,
  type Emitter,
  type TagToken,
  type Template,
  type TopLevelToken,
  toValue,
  type FilterImplOptions,
} from 'liquidjs';
import { MeteredContext, renderText } from './metered-context.ts';
import { metered, meteredFilters } from './metered-filters.ts';
import { meteredOperators, meteredTags } from './metered-tags.ts';
import type { RenderBudget } from './render-budget.ts';
import { strftime } from './strftime.ts';
import { instantOf, zonedTime } from './zoned-time.ts';

type Handler = Exclude<FilterImplOptions, { handler: unknown }>;

const usualFormat = '%A, %B %-e, %Y at %-l:%M %P %z';

/**
 * Liquid's filters of dates. All show UTC unless they are given a zone: its name in the IANA database, or minutes west of UTC. A text that names no zone is of
 * UTC, too. The library's own go by the zone of the process, and by the language of its machine. What is no date comes out as it went in.
 */
const dateFilters: Readonly<Record<string, Handler>> = {
  date: (value, format, zone) => shown(value, isNone(format) ? usualFormat : String(toValue(format)), zone),
  date_to_xmlschema: (value) => shown(value, '%Y-%m-%dT%H:%M:%S%:z'),
  date_to_rfc822: (value) => shown(value, '%a, %d %b %Y %H:%M:%S %z'),
  date_to_string: (value, type, style) => shown(value, dayFormat('%b', type, style)),
  date_to_long_string: (value, type, style) => shown(value, dayFormat('%B', type, style)),
};

/** `{% abort "why" %}`: this recipient gets nothing, and the send says why. */
class Abort extends Tag {
  readonly #why: Value;

  constructor(token: TagToken, rest: TopLevelToken[], engine: Liquid) {
    super(token, rest, engine);
    this.#why = new Value(token.args.trim() === '' ? '"aborted"' : token.args, engine);
  }

  override *render(context: Context, _emitter: Emitter): Generator<unknown, void, unknown> {
    throw new Aborted(String(yield this.#why.value(context)));
  }

  *arguments(): Generator<Value> {
    yield this.#why;
  }
}

const engine = new Liquid({
  strictVariables: true,
  strictFilters: true,
  lenientIf: true,
  ownPropertyOnly: true,
  templates: {},
  operators: meteredOperators(),
});
for (const name of Object.keys(engine.tags)) Reflect.deleteProperty(engine.tags, name);
for (const [name, tag] of meteredTags()) engine.registerTag(name, tag);
engine.registerTag('abort', Abort);
for (const [name, filter] of meteredFilters()) engine.registerFilter(name, filter);
for (const [name, filter] of Object.entries(dateFilters)) engine.registerFilter(name, metered(name, filter));

export function parse(text: string): Template[] {
  return engine.parse(text);
}

/** Throws what the template throws: Aborted, or an Error that says why there is no text. */
export function render(template: Template[], scope: object, budget: RenderBudget): string {
  return toValueSync<string>(renderText(template, new MeteredContext(scope, engine, budget)));
}

function shown(value: unknown, format: string, zone?: unknown): unknown {
  const at = instantOf(toValue(value));
  return at === undefined ? value : strftime(zonedTime(at, isNone(zone) ? 'UTC' : (toValue(zone) as string | number)), format);
}

function dayFormat(month: string, type: unknown, style: unknown): string {
  if (type !== 'ordinal') return `%d ${month} %Y`;
  return style === 'US' ? `${month} %-d%q, %Y` : `%-d%q ${month} %Y`;
}

function isNone(value: unknown): boolean {
  const plain: unknown = toValue(value);
  return plain === undefined || plain === null;
}

/** Thrown by the `abort` tag, caught by the renderer. */
export class Aborted extends Error {
  constructor(readonly reason: string) {
    super(reason);
  }
}
