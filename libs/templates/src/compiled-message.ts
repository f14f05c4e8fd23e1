import type { RenderedMessage, Variables } from '#libs/sends';
import type { QuickMessage } from './quick-message.ts';

/** What Liquid may speak of; records as the API shows them, without tokens, secrets and hashes. */
export interface RenderContext {
  readonly user: Variables;
  readonly installation: Variables;
  readonly variables: Variables;
  readonly campaign: Variables;
  readonly event: Variables;
}

export type RootName = keyof RenderContext;

/** A rendering, or why there is none for this recipient: the author's `{% abort "why" %}`, or a fault in the template with this data. */
export type Rendering =
  | { readonly kind: 'rendered'; readonly message: RenderedMessage }
  | { readonly kind: 'aborted'; readonly reason: string }
  /** Title and body were to be shown, and both came out empty. */
  | { readonly kind: 'empty' }
  | { readonly kind: 'template_error'; readonly reason: string };

/** A message template, parsed once. Safe to share; renders are synchronous, bounded in output and in steps. */
export interface CompiledMessage {
  /** The roots that the texts refer to: what is not here need not be loaded. */
  readonly roots: ReadonlySet<RootName>;
  /** It is shown in an Android channel of its author's choice, which a person may have switched off. */
  readonly namesChannel: boolean;
  /** Those of a root's fields that the texts name; `all` where they speak of the root as a whole. What is not here need not be in the context. */
  fields(root: RootName): ReadonlySet<string> | 'all';
  /** What recipients of this locale get without the engine, where that is possible. */
  quick(locale: string | null): QuickMessage | undefined;
  /** Equal keys render equally: language and the values the template refers to. Much cheaper than rendering. */
  renderingKey(context: RenderContext, locale: string | null): string;
  render(context: RenderContext, locale: string | null): Rendering;
}
