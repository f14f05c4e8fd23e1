import type { Template } from 'liquidjs';
import { parse, pathsOf, render } from './liquid-engine.ts';
import type { TemplateProblem } from './template-invalid.ts';

/** A JSON value with Liquid in some of its strings. */
export interface CompiledValue {
  /** Paths read from the context; none: the value is the same for everybody. */
  readonly paths: readonly (readonly string[])[];
  /** Has Liquid in it, whether or not it reads anything. */
  readonly isStatic: boolean;
  render(scope: object): unknown;
}

/** Compiles every string below `value`; what does not parse is added to `problems` with its place. */
export function compileValue(value: unknown, pointer: string, problems: TemplateProblem[]): CompiledValue {
  if (typeof value === 'string') return compileText(value, pointer, problems);
  if (typeof value !== 'object' || value === null) return constant(value);
  const parts = Object.entries(value).map(([key, part]) => [key, compileValue(part, `${pointer}/${escaped(key)}`, problems)] as const);
  if (parts.every(([, part]) => part.isStatic)) return constant(value);
  const isList = Array.isArray(value);
  return {
    paths: parts.flatMap(([, part]) => part.paths),
    isStatic: false,
    render: (scope) =>
      isList ? parts.map(([, part]) => part.render(scope)) : Object.fromEntries(parts.map(([key, part]) => [key, part.render(scope)])),
  };
}

function compileText(text: string, pointer: string, problems: TemplateProblem[]): CompiledValue {
  if (!text.includes('{{') && !text.includes('{%')) return constant(text);
  try {
    const template: Template[] = parse(text);
    return { paths: pathsOf(template), isStatic: false, render: (scope) => render(template, scope) };
  } catch (error) {
    problems.push({ pointer, ...problemOf(error) });
    return constant(text);
  }
}

function constant(value: unknown): CompiledValue {
  return { paths: [], isStatic: true, render: () => value };
}

function escaped(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

function problemOf(error: unknown): Omit<TemplateProblem, 'pointer'> {
  const { message, token } = error as { message: string; token?: { begin?: number } };
  return { message: message.replace(/, line:.*$/s, '').slice(0, 200), position: (token?.begin ?? 0) + 1 };
}
