import {
  CaptureTag,
  CaseTag,
  IfTag,
  UnlessTag,
  defaultOperators,
  tags,
  type Context,
  type Emitter,
  type Operators,
  type Tag,
} from 'liquidjs';
import { MeteredContext, budgetOf, renderText } from './metered-context.ts';

type TagClass = (typeof tags)[string];
type TagMaker = new (...of: ConstructorParameters<TagClass>) => Tag & { render(context: Context, emitter: Emitter): unknown };

const charactersAStep = 16;
/** Values on both sides, a comparison that may ask them both. */
const operatorSteps = 3;
/** Tags that would read other files; a message has none. */
const filing = new Set(['include', 'render', 'layout', 'block']);

/** The library's tags but those that read files, each of which pays for what it evaluates; what it contains is paid for where it runs. */
export function meteredTags(): [name: string, tag: TagClass][] {
  return Object.entries({ ...tags, capture: Capture })
    .filter(([name]) => !filing.has(name))
    .map(([name, tag]) => [name, metered(tag)]);
}

/** Keeps a text within the bounds of any other. */
class Capture extends CaptureTag {
  override *render(context: Context): Generator<unknown, void, string> {
    if (!(context instanceof MeteredContext)) throw new TypeError('A capture without a budget');
    const bottom = context.bottom() as Record<string, unknown>;
    bottom[this.variable] = yield renderText(this.templates, context);
  }
}

function metered(tag: TagMaker): TagClass {
  return class Metered extends tag {
    override *render(context: Context, emitter: Emitter): Generator<unknown, unknown> {
      budgetOf(context).spend(this.#cost());
      return (yield super.render(context, emitter)) as unknown;
    }

    /** Literals cost nothing when they are read; there may be thousands. */
    #cost(): number {
      const own = Math.ceil(this.token.args.length / charactersAStep);
      if (this instanceof IfTag || this instanceof UnlessTag) return own + this.branches.length;
      if (this instanceof CaseTag) return own + this.branches.reduce((sum, { values }) => sum + values.length, 0);
      return own;
    }
  };
}

/** The library's operators, paid for: long expressions, lists that are compared, texts that are searched. */
export function meteredOperators(): Operators {
  return Object.fromEntries(
    Object.entries(defaultOperators).map(([name, operator]) => [
      name,
      (...operands: [unknown, unknown, Context?]) => {
        payFor(name, operands);
        return operator(...(operands as [unknown, unknown, Context]));
      },
    ]),
  );
}

function payFor(name: string, operands: [unknown, unknown, Context?]): void {
  const budget = budgetOf(operands.at(-1) as Context);
  budget.spend(operatorSteps);
  const [left, right] = operands;
  if (name === 'contains') {
    if (typeof left === 'string' && typeof right === 'string') budget.comparing(left.length, right.length);
    if (Array.isArray(left)) budget.spend(left.length * budget.value(right));
  } else if (Array.isArray(left)) budget.value(left);
}
