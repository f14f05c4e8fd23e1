import type { ProviderName } from '#libs/kernel';
import type { Send, Variables } from '#libs/sends';
import { skipped, type Word } from '#libs/sends/attempt/writing';
import { RecipientCheck, isMuted, type Recipients } from './recipients.ts';
import type { Rendered, Renderer } from './renderer.ts';

/** The last look at the recipients of a reading: what each gets, or why nothing. */
export class MessagePreparation {
  readonly #check: RecipientCheck;

  constructor(
    send: Send,
    provider: ProviderName,
    private readonly renderer: Renderer,
    private readonly reading: Pick<Recipients, 'columns' | 'wholes'>,
  ) {
    this.#check = new RecipientCheck(send, provider);
  }

  /** `place`: in the reading; `ownerEpoch`: as it was planned for. */
  of(place: number, ownerEpoch: number, variables: Variables | undefined): Rendered | Word {
    const { columns, wholes } = this.reading;
    const suppression = this.#check.suppressionOf(columns, place, ownerEpoch);
    if (suppression !== null) return skipped(suppression);
    const rendered = this.renderer.render(columns, place, variables, wholes.get(columns.ids[place] ?? ''));
    if ('outcome' in rendered || !isMuted(this.renderer.renderings[rendered.rendering], columns, place)) return rendered;
    return skipped('channel_muted');
  }
}
