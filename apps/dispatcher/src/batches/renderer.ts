import type { Installation, RecipientInstallation, User } from '#libs/registry';
import type { PageEntry, RenderedMessage, Send } from '#libs/sends';
import type { CompiledMessage, Rendering } from '#libs/templates';
import { failed, skipped, type Answer } from '../attempts/answer.ts';
import { renderContext } from './render-context.ts';

/** An index into the renderings, or why this recipient gets none. */
type Rendered = number | Answer;

/** Renders for the recipients of one window, each distinct text once. */
export class Renderer {
  readonly renderings: RenderedMessage[] = [];
  readonly #byKey = new Map<string, Rendered>();

  constructor(
    private readonly message: CompiledMessage,
    private readonly send: Send,
  ) {}

  render(entry: PageEntry, installation: RecipientInstallation, user: User | undefined, whole: Installation | undefined): Rendered {
    const context = renderContext(this.message.roots, this.send, entry, installation, user, whole);
    const key = this.message.renderingKey(context, installation.locale);
    let rendered = this.#byKey.get(key);
    if (rendered === undefined) {
      const rendering = this.message.render(context, installation.locale);
      rendered = rendering.kind === 'rendered' ? this.renderings.push(rendering.message) - 1 : answerTo(rendering);
      this.#byKey.set(key, rendered);
    }
    return rendered;
  }
}

/** What becomes of a message without a rendering. */
function answerTo(rendering: Exclude<Rendering, { kind: 'rendered' }>): Answer {
  switch (rendering.kind) {
    case 'aborted':
      return skipped('aborted');
    case 'empty':
      return skipped('empty_message');
    case 'template_error':
      return failed('template_error', rendering.reason);
  }
}
