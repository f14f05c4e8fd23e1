import { Context, toValue, type Emitter, type Liquid, type Template } from 'liquidjs';
import type { RenderBudget } from './render-budget.ts';

/** No provider takes a text near this long. */
const maxText = 65_536;

type Limiter = Context['renderLimit'];
type Path = Parameters<Context['_getFromScope']>[1];

/** A rendering's context: each template that runs, each value that is read and each scope that is opened costs steps. */
export class MeteredContext extends Context {
  constructor(
    scope: object,
    readonly engine: Liquid,
    readonly budget: RenderBudget,
  ) {
    super(scope, engine.options, { sync: true }, { ...limitersOf(budget), liquid: engine });
  }

  override *_getFromScope(scope: unknown, path: Path, isStrict?: boolean): IterableIterator<unknown> {
    this.budget.spend(path.length);
    const value: unknown = yield super._getFromScope(scope, path, isStrict);
    this.budget.value(value);
    return value;
  }

  override push(scope: object): number {
    this.budget.spend(1);
    return super.push(scope);
  }

  override spawn(scope: object = {}): MeteredContext {
    this.budget.spend(1);
    return new MeteredContext(scope, this.engine, this.budget);
  }
}

/** The budget of a rendering that filters, tags and operators are called in. */
export function budgetOf(context: Context): RenderBudget {
  if (context instanceof MeteredContext) return context.budget;
  throw new TypeError('A rendering without a budget');
}

/** Renders into one text. Throws what the template throws, and an Error for a value that is no text, or a text of over 65,536 characters. */
export function* renderText(templates: Template[], context: MeteredContext): Generator<unknown, string> {
  const emitter = new MeteredEmitter(context.budget);
  yield context.engine.renderer.renderTemplates(templates, context, emitter);
  return emitter.buffer;
}

class MeteredEmitter implements Emitter {
  buffer = '';

  constructor(private readonly budget: RenderBudget) {}

  write(written: unknown): void {
    const text = textOf(toValue(written));
    this.budget.characters(text.length);
    this.buffer += text;
    if (this.buffer.length > maxText) throw new Error(`a text of over ${maxText.toLocaleString('en')} characters`);
  }
}

/** What stands in a text for a value. Throws where nobody would want to read it. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) throw new Error('a text holds a list; join makes a text of it');
  throw new Error(typeof value === 'number' ? 'a text holds what is no number' : 'a text holds an object');
}

/** The library asks one before each template that it renders, and tells the other what its filters make; no clock is needed. */
function limitersOf(budget: RenderBudget): { renderLimit: Limiter; memoryLimit: Limiter } {
  const renderLimit = { use: () => undefined, check: () => { budget.spend(1); } }; // prettier-ignore
  const memoryLimit = { use: (count: number) => { budget.characters(count); }, check: () => undefined }; // prettier-ignore
  return { renderLimit: renderLimit as unknown as Limiter, memoryLimit: memoryLimit as unknown as Limiter };
}
