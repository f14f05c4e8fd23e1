import type { MessageTemplate, RenderedMessage } from '#libs/sends';
import { Aborted } from './liquid-engine.ts';
import { Compilation } from './compilation.ts';
import type { CompiledMessage, RenderContext, Rendering, RootName } from './compiled-message.ts';
import { compileMembers, objectOf, type CompiledMembers, type CompiledValue } from './compiled-value.ts';
import { languageFor } from './language-for.ts';
import { quickMessageOf, type QuickMessage } from './quick-message.ts';
import { covering, type Path } from './paths-read.ts';
import { RenderBudget } from './render-budget.ts';
import { TemplateInvalid } from './template-invalid.ts';

/** Whose language one message remembers. */
const maxLocales = 1_000;
const rootNames: readonly string[] = ['user', 'installation', 'variables', 'campaign', 'event'] satisfies RootName[];

interface Variant {
  readonly value: CompiledValue;
  readonly quick: QuickMessage | undefined;
  /** One rendering serves everybody. */
  shared?: Rendering;
}

/** Parses every text of a message once, each language apart. Throws TemplateInvalid with all that does not parse, or is too much. */
export function compileMessage({ localized = {}, ...base }: MessageTemplate): CompiledMessage {
  const compilation = new Compilation();
  const members = compileMembers(base, '', compilation);
  const byLanguage = Object.entries(localized).map(
    ([language, texts]) => [language, compileMembers(texts, `/localized/${language}`, compilation)] as const,
  );
  if (compilation.problems.length > 0) throw new TemplateInvalid(compilation.problems);
  return new LocalizedMessage(members, new Map(byLanguage));
}

/** The texts of everybody, and those of some languages in their place. */
class LocalizedMessage implements CompiledMessage {
  readonly #languages: readonly string[];
  readonly #variants: ReadonlyMap<string, Variant>;
  readonly #parts: readonly CompiledValue[];
  readonly #languageByLocale = new Map<string, string>();
  readonly #fields = new Map<RootName, ReadonlySet<string> | 'all'>();
  #paths: readonly Path[] | undefined;
  #roots: ReadonlySet<RootName> | undefined;

  readonly namesChannel: boolean;

  constructor(base: CompiledMembers, byLanguage: ReadonlyMap<string, CompiledMembers>) {
    this.namesChannel = base['androidChannel'] !== undefined;
    this.#languages = [...byLanguage.keys()];
    this.#parts = [base, ...byLanguage.values()].map(objectOf);
    const variants = [...byLanguage].map(([language, own]) => [language, variantOf({ ...base, ...own })] as const);
    this.#variants = new Map<string, Variant>([['', variantOf(base)], ...variants]);
  }

  get roots(): ReadonlySet<RootName> {
    this.#roots ??= new Set(
      this.#pathsRead()
        .map(([root]) => root)
        .filter(isRoot),
    );
    return this.#roots;
  }

  fields(root: RootName): ReadonlySet<string> | 'all' {
    const known = this.#fields.get(root) ?? fieldsOf(root, this.#pathsRead());
    this.#fields.set(root, known);
    return known;
  }

  quick(locale: string | null): QuickMessage | undefined {
    return this.#variants.get(this.#languageOf(locale))?.quick;
  }

  renderingKey(context: RenderContext, locale: string | null): string {
    return `${this.#languageOf(locale)}\n${keyOf(this.#pathsRead(), context)}`;
  }

  render(context: RenderContext, locale: string | null): Rendering {
    return renderVariant(this.#variants.get(this.#languageOf(locale)), context);
  }

  /** '' for the default texts. Looked for once a locale: matching is far slower than a rendering. */
  #languageOf(locale: string | null): string {
    if (locale === null || this.#languages.length === 0) return '';
    const known = this.#languageByLocale.get(locale);
    if (known !== undefined) return known;
    const language = languageFor(locale, this.#languages) ?? '';
    if (this.#languageByLocale.size < maxLocales) this.#languageByLocale.set(locale, language);
    return language;
  }

  /** Found out when first asked for: whoever only checks a message needs none of it. */
  #pathsRead(): readonly Path[] {
    this.#paths ??= everyRoot(covering(this.#parts.flatMap((part) => part.paths())));
    return this.#paths;
  }
}

function variantOf(members: CompiledMembers): Variant {
  return { value: objectOf(members), quick: quickMessageOf(members) };
}

/** What lies right below the root; all of it where a path ends there. */
function fieldsOf(root: RootName, paths: readonly Path[]): ReadonlySet<string> | 'all' {
  const below = paths.filter((path) => path[0] === root).map((path) => path[1]);
  return below.includes(undefined) ? 'all' : new Set(below.filter((field) => field !== undefined));
}

function isRoot(name: string | undefined): name is RootName {
  return name !== undefined && rootNames.includes(name);
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
    return finished(value.render(context, new RenderBudget()) as Omit<RenderedMessage, 'badge'> & { badge?: unknown });
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
  if (showsNothing(message)) return { kind: 'empty' };
  if (badge === undefined) return { kind: 'rendered', message };
  const count = Number(badge);
  if (!Number.isSafeInteger(count) || count < 0) return { kind: 'template_error', reason: 'badge is not a whole number' };
  return { kind: 'rendered', message: { ...message, badge: count } };
}

/** A title or body was written, and neither came out with anything to read. */
function showsNothing({ title, body, silent }: Omit<RenderedMessage, 'badge'>): boolean {
  const texts = [title, body].filter((text) => text !== undefined);
  return silent !== true && texts.length > 0 && texts.every((text) => text.trim() === '');
}

/** Where nobody can tell what is read, all of it may be. */
function everyRoot(paths: readonly Path[]): readonly Path[] {
  return paths.some((path) => path.length === 0) ? rootNames.map((root) => [root]) : paths.filter(([root]) => isRoot(root));
}

function keyOf(paths: readonly Path[], context: RenderContext): string {
  return paths.length === 0 ? '' : JSON.stringify(paths.map((path) => at(context, path) ?? null));
}

function at(context: RenderContext, path: Path): unknown {
  let value: unknown = context;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return value;
    value = (value as Record<string, unknown>)[step];
  }
  return value;
}
