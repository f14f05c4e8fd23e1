import { Liquid, Tag, Value, toValueSync, type Context, type Emitter, type TagToken, type Template, type TopLevelToken } from 'liquidjs';
import { Aborted } from './aborted.ts';
import { dateFilters } from './date-filters.ts';
import { MeteredContext, renderText } from './metered-context.ts';
import { metered, meteredFilters } from './metered-filters.ts';
import { meteredOperators, meteredTags } from './metered-tags.ts';
import type { RenderBudget } from './render-budget.ts';

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
