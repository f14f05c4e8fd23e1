import type { Installation, RecipientInstallation, User } from '#libs/registry';
import type { PageEntry, RenderedMessage, Send } from '#libs/sends';
import type { CompiledMessage } from '#libs/templates';
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
      if (rendering.kind === 'rendered') rendered = this.renderings.push(rendering.message) - 1;
      else rendered = rendering.kind === 'aborted' ? skipped('aborted') : failed('template_error', rendering.reason);
      this.#byKey.set(key, rendered);
    }
    return rendered;
  }
}
