import { placeOfTrial, type ErrandDesk, type Sealer } from '#libs/access';
import type { Clock } from '#libs/kernel';
import type { PreviewOrder, PreviewResult, Send, TrialOrder, TrialRecipient, TrialResult } from '#libs/sends';

const begunWithinMs = 5_000;
/** Until a provider's deadline is over, too. */
const triedWithinMs = 25_000;

/** Has a dispatcher build messages of a send that is stored nowhere, and send none of them, or try them. Undefined where none has answered in time. */
export class AskForMessages {
  constructor(
    private readonly desk: ErrandDesk,
    private readonly sealer: Sealer,
    private readonly clock: Clock,
  ) {}

  async preview(send: Send, what: Omit<PreviewOrder, 'send' | 'startBy'>, waitMs: number): Promise<PreviewResult | undefined> {
    const order: PreviewOrder = { send, ...what, startBy: this.clock.now() + waitMs };
    return (await this.#ask('message_preview', order, waitMs)) as PreviewResult | undefined;
  }

  /** `isSent`: providers are asked; else their requests are only built. */
  async trial(send: Send, recipients: readonly TrialRecipient[], isSent: boolean): Promise<readonly TrialResult[] | undefined> {
    const order: TrialOrder = { send, recipients, isSent, startBy: this.clock.now() + begunWithinMs };
    return (await this.#ask('message_trial', order, triedWithinMs)) as readonly TrialResult[] | undefined;
  }

  async #ask(kind: 'message_preview' | 'message_trial', order: PreviewOrder | TrialOrder, waitMs: number): Promise<unknown> {
    const { app } = order.send;
    const sealed = this.sealer.seal(JSON.stringify(order), placeOfTrial(app));
    const answer = await this.desk.ask(kind, { app, sealed }, waitMs);
    return !answer || 'failed' in answer ? undefined : JSON.parse(this.sealer.open(answer.sealed, placeOfTrial(app)));
  }
}
