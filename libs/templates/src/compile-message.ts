import type { LocalizedTexts, MessageTemplate, RenderedMessage } from '#libs/sends';
import { Aborted } from './aborted.ts';
import type { CompiledMessage, RenderContext, Rendering, RootName } from './compiled-message.ts';
import { compileValue, type CompiledValue } from './compiled-value.ts';
import { languageFor } from './language-for.ts';
import { TemplateInvalid, type TemplateProblem } from './template-invalid.ts';

const roots: readonly string[] = ['user', 'installation', 'variables', 'campaign', 'event'] satisfies RootName[];

interface Variant {
  readonly value: CompiledValue;
  /** One rendering serves everybody. */
  shared?: Rendering;
}

/** Parses every text of a message, each language apart. Throws TemplateInvalid with all that does not parse. */
export function compileMessage(template: MessageTemplate): CompiledMessage {
  const problems: TemplateProblem[] = [];
  const { localized = {}, ...base } = template;
  const languages = Object.keys(localized);
  const variants = new Map<string, Variant>([['', { value: compileValue(base, '', problems) }]]);
  for (const language of languages) {
    checkTexts(localized[language], language, problems);
    variants.set(language, { value: compileValue({ ...base, ...localized[language] }, '', []) });
  }
  if (problems.length > 0) throw new TemplateInvalid(problems);
  const paths = distinct([...variants.values()].flatMap(({ value }) => value.paths));
  return {
    roots: new Set(paths.map(([root]) => root).filter((root): root is RootName => root !== undefined && roots.includes(root))),
    renderingKey: (context, locale) => `${languageFor(locale, languages) ?? ''}\n${keyOf(paths, context)}`,
    render: (context, locale) => renderVariant(variants.get(languageFor(locale, languages) ?? ''), context),
  };
}

function checkTexts(texts: LocalizedTexts | undefined, language: string, problems: TemplateProblem[]): void {
  compileValue(texts, `/localized/${language}`, problems);
}

function renderVariant(variant: Variant | undefined, context: RenderContext): Rendering {
  if (!variant) return { kind: 'template_error', reason: 'no such language' };
  if (variant.shared) return variant.shared;
  const rendering = attempt(variant.value, context);
  if (variant.value.isStatic) variant.shared = rendering;
  return rendering;
}

function attempt(value: CompiledValue, context: RenderContext): Rendering {
  try {
    return finished(value.render(context) as Omit<RenderedMessage, 'badge'> & { badge?: unknown });
  } catch (error) {
    const cause = (error as { originalError?: unknown }).originalError ?? error;
    if (cause instanceof Aborted) return { kind: 'aborted', reason: cause.reason.slice(0, 200) };
    return {
      kind: 'template_error',
      reason: (cause as Error).message.replace(/, line:.*$/s, '').slice(0, 200),
    };
  }
}

/** `badge` may have been Liquid: it has to come out as a whole number. */
function finished({ badge, ...message }: Omit<RenderedMessage, 'badge'> & { badge?: unknown }): Rendering {
  if (badge === undefined) return { kind: 'rendered', message };
  const count = Number(badge);
  if (!Number.isSafeInteger(count) || count < 0) return { kind: 'template_error', reason: 'badge is not a whole number' };
  return { kind: 'rendered', message: { ...message, badge: count } };
}

function distinct(paths: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return [...new Map(paths.map((path) => [path.join('\u0000'), path])).values()];
}

function keyOf(paths: readonly (readonly string[])[], context: RenderContext): string {
  return paths.length === 0 ? '' : JSON.stringify(paths.map((path) => at(context, path) ?? null));
}

function at(context: RenderContext, path: readonly string[]): unknown {
  let value: unknown = context;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return value;
    value = (value as Record<string, unknown>)[step];
  }
  return value;
}
