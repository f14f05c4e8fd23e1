import type { Template } from 'liquidjs';
import type { Compilation } from './compilation.ts';
import { parse, render } from './liquid-engine.ts';
import { covering, pathsRead, type Path } from './paths-read.ts';
import type { RenderBudget } from './render-budget.ts';
import { scalarTextOf, type ScalarText } from './scalar-text.ts';
import type { TemplateProblem } from './template-invalid.ts';

/** A JSON value with Liquid in some of its strings. */
export interface CompiledValue {
  /** Has no Liquid in it. */
  readonly isStatic: boolean;
  /** What has no Liquid in it, as it is. */
  readonly constant?: { readonly value: unknown };
  /** The same text as `render`, without the engine, where only scalars are filled in. */
  readonly scalar?: ScalarText | undefined;
  /** Paths read from the context; none: the value is the same for everybody. */
  paths(): readonly Path[];
  render(scope: object, budget: RenderBudget): unknown;
}

/** The members of a JSON object, each compiled. */
export type CompiledMembers = Readonly<Record<string, CompiledValue>>;

/** Compiles every string below each member; what does not parse is a problem of the compilation. */
export function compileMembers(value: object, pointer: string, compilation: Compilation): CompiledMembers {
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, compileValue(part, `${pointer}/${escaped(key)}`, compilation)] as const),
  );
}

/** The object of some members. */
export function objectOf(members: CompiledMembers): CompiledValue {
  const entries = Object.entries(members);
  return {
    isStatic: entries.every(([, part]) => part.isStatic),
    paths: () => entries.flatMap(([, part]) => part.paths()),
    render: (scope, budget) => Object.fromEntries(entries.map(([key, part]) => [key, part.render(scope, budget)])),
  };
}

function compileValue(value: unknown, pointer: string, compilation: Compilation): CompiledValue {
  if (typeof value === 'string') return compileText(value, pointer, compilation);
  if (typeof value !== 'object' || value === null) return constant(value);
  const compiled = Array.isArray(value) ? compileList(value, pointer, compilation) : objectOf(compileMembers(value, pointer, compilation));
  return compiled.isStatic ? constant(value) : compiled;
}

function compileList(values: readonly unknown[], pointer: string, compilation: Compilation): CompiledValue {
  const parts = values.map((part, index) => compileValue(part, `${pointer}/${index}`, compilation));
  return {
    isStatic: parts.every((part) => part.isStatic),
    paths: () => parts.flatMap((part) => part.paths()),
    render: (scope, budget) => parts.map((part) => part.render(scope, budget)),
  };
}

function compileText(text: string, pointer: string, compilation: Compilation): CompiledValue {
  if (!text.includes('{{') && !text.includes('{%')) return constant(text);
  if (!compilation.admits(text, pointer)) return constant(text);
  try {
    const template: Template[] = parse(text);
    const paths = covering(pathsRead(template));
    const scalar = scalarTextOf(text, template);
    return { isStatic: false, scalar, paths: () => paths, render: (scope, budget) => render(template, scope, budget) };
  } catch (error) {
    compilation.problems.push({ pointer, ...problemOf(error) });
    return constant(text);
  }
}

function constant(value: unknown): CompiledValue {
  return { isStatic: true, constant: { value }, paths: () => [], render: () => value };
}

function escaped(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

function problemOf(error: unknown): Omit<TemplateProblem, 'pointer'> {
  if (error instanceof RangeError || /call stack/i.test((error as Error).message)) return { message: 'is nested too deeply', position: 1 };
  const { message, token } = error as { message: string; token?: { begin?: number } };
  return { message: message.replace(/, line:.*$/s, '').slice(0, 200), position: (token?.begin ?? 0) + 1 };
}
