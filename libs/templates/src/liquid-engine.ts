import { Liquid, Tag, Value, type Context, type Emitter, type TagToken, type Template, type TopLevelToken } from 'liquidjs';
import { Aborted } from './aborted.ts';
import type { RenderTime } from './render-time.ts';

/** Characters and list items that the filters of one text may make: what a single filter does is not timed, so this bounds it. */
const memoryLimit = 100_000;
/** No provider takes a text near this long. */
const longestText = 65_536;

/** Tags that would read other files; a message has none. */
const filing = ['include', 'render', 'layout', 'block'];

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
  memoryLimit,
});
for (const name of filing) Reflect.deleteProperty(engine.tags, name);
engine.registerTag('abort', Abort);

export function parse(text: string): Template[] {
  return engine.parse(text);
}

export function render(template: Template[], scope: object, time: RenderTime): string {
  const text = String(engine.renderSync(template, scope, { renderLimit: time.left }));
  if (text.length > longestText) throw new Error(`a text of over ${longestText} characters`);
  return text;
}

/** Every path outside the template's own scope that it reads; a computed step ends the path there. */
export function pathsOf(template: Template[]): string[][] {
  const { globals } = engine.analyzeSync(template, { partials: false });
  return Object.values(globals).flatMap((uses) => uses.map(({ segments }) => staticPart(segments)));
}

function staticPart(segments: readonly unknown[]): string[] {
  const end = segments.findIndex((segment) => typeof segment === 'object');
  return (end < 0 ? segments : segments.slice(0, end)).map(String);
}
