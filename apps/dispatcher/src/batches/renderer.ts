import type { Installation, RecipientInstallation } from '#libs/registry';
import type { PageEntry, RenderedMessage, Send } from '#libs/sends';
import type { CompiledMessage, Rendering } from '#libs/templates';
import { failed, skipped, type Answer } from '../attempts/answer.ts';
import { renderContext } from './render-context.ts';

/** Which of the renderings a recipient gets, with the texts for its holes. */
export interface Rendered {
  readonly rendering: number;
  readonly texts: readonly string[];
}

const noTexts: readonly string[] = [];

/** Renders for the recipients of one window, each distinct text once; or fills texts into what is the same for all. */
export class Renderer {
  /** Those of quick messages have holes. */
  readonly renderings: RenderedMessage[] = [];
  readonly #byKey = new Map<string, Rendered | Answer>();
  readonly #placeOf = new Map<RenderedMessage, number>();

  constructor(
    private readonly message: CompiledMessage,
    private readonly send: Send,
  ) {}

  /** What this recipient gets, or why nothing. */
  render(entry: PageEntry, installation: RecipientInstallation, whole: Installation | undefined): Rendered | Answer {
    const context = renderContext(this.send, entry, installation, whole);
    const quick = this.message.quick(installation.locale);
    const texts = quick?.texts(context);
    if (quick && texts) return { rendering: this.#place(quick.message), texts };
    const key = this.message.renderingKey(context, installation.locale);
    let rendered = this.#byKey.get(key);
    if (rendered === undefined) {
      const rendering = this.message.render(context, installation.locale);
      rendered =
        rendering.kind === 'rendered' ? { rendering: this.renderings.push(rendering.message) - 1, texts: noTexts } : answerTo(rendering);
      this.#byKey.set(key, rendered);
    }
    return rendered;
  }

  #place(message: RenderedMessage): number {
    let place = this.#placeOf.get(message);
    if (place === undefined) {
      place = this.renderings.push(message) - 1;
      this.#placeOf.set(message, place);
    }
    return place;
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
