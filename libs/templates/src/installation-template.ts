import type { InstallationTemplate } from '#libs/registry';
import type { JsonObject } from '#libs/sends';
import { ExpressionInvalid, compileExpression, type Expression, type Properties } from './template-expression.ts';
import { TemplateInvalid, type TemplateProblem } from './template-invalid.ts';

/** What a filled template may come to, characters; no provider takes a tenth of it. */
const maxFilled = 65_536;
const maxDepth = 16;

/** A template's filling came to more than any message may be. */
export class TemplateTooLong extends Error {}

/** The template of an installation, parsed once. */
export interface CompiledInstallationTemplate {
  /** The provider's body, with `headers` where it has some. Throws TemplateTooLong. */
  fill(properties: Properties): JsonObject;
  /** The same with a word in the place of each text that an expression makes: what can be said of its form before. */
  sketch(stand: string): JsonObject;
}

/** A value of a template, by what is told of an expression's text. */
type Part = (fill: (expression: Expression) => string | number) => unknown;

/** Throws TemplateInvalid with all that is wrong, pointers from the template on. */
export function compileInstallationTemplate({ body, headers }: InstallationTemplate): CompiledInstallationTemplate {
  const problems: TemplateProblem[] = [];
  const written = parsed(body, problems);
  const part = partOf(written, '', 0, problems);
  const over = headers && partOf(headers, '/headers', 0, problems);
  if (written !== undefined && (typeof written !== 'object' || written === null || Array.isArray(written)))
    problems.push({ pointer: '/body', message: 'Must be a JSON object', position: 1 });
  else if (written !== undefined && 'headers' in written)
    problems.push({ pointer: '/body', message: 'Headers stand beside the body, not in it', position: 1 });
  if (problems.length > 0) throw new TemplateInvalid(problems);
  const all = (fill: Parameters<Part>[0]): JsonObject => ({ ...(part(fill) as JsonObject), ...(over && { headers: over(fill) }) });
  return { fill: (properties) => filled(all, properties), sketch: (stand) => all(() => stand) };
}

function filled(all: (fill: Parameters<Part>[0]) => JsonObject, properties: Properties): JsonObject {
  let left = maxFilled;
  return all((expression) => {
    const value = expression(properties);
    left -= String(value).length;
    if (left < 0) throw new TemplateTooLong('The filled template is too long');
    return value;
  });
}

function parsed(body: string, problems: TemplateProblem[]): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    const at = /position (\d+)/.exec((error as Error).message)?.[1];
    problems.push({ pointer: '/body', message: 'Must be JSON', position: Number(at ?? 0) + 1 });
    return undefined;
  }
}

/** `pointer`: in the body, where the text stands; names of members are never expressions. */
function partOf(value: unknown, pointer: string, depth: number, problems: TemplateProblem[]): Part {
  if (typeof value === 'string') return textOf(value, pointer, problems);
  if (typeof value !== 'object' || value === null) return () => value;
  if (depth === maxDepth) {
    problems.push({ pointer: '/body', message: `Is nested deeper than ${maxDepth}`, position: 1 });
    return () => null;
  }
  const parts = Object.entries(value).map(([key, below]) => [key, partOf(below, `${pointer}/${key}`, depth + 1, problems)] as const);
  if (Array.isArray(value)) return (fill) => parts.map(([, part]) => part(fill));
  return (fill) => Object.fromEntries(parts.map(([key, part]) => [key, part(fill)]));
}

function textOf(text: string, pointer: string, problems: TemplateProblem[]): Part {
  try {
    const expression = compileExpression(text);
    return expression ? (fill) => fill(expression) : () => text;
  } catch (error) {
    if (!(error instanceof ExpressionInvalid)) throw error;
    const { position, message } = error;
    const inHeader = pointer.startsWith('/headers');
    problems.push({ pointer: inHeader ? pointer : '/body', message: inHeader ? message : `${pointer}: ${message}`, position });
    return () => text;
  }
}
