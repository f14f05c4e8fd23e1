import { placeOfTrial, type ErrandDesk, type Sealer } from '#libs/access';
import type { Clock } from '#libs/kernel';
import type { PreviewOrder, PreviewResult, Send } from '#libs/sends';

/** Has a dispatcher build messages of a send that is stored nowhere, and send none of them. */
export class AskForPreview {
  constructor(
    private readonly desk: ErrandDesk,
    private readonly sealer: Sealer,
    private readonly clock: Clock,
  ) {}

  /** Undefined where no dispatcher has answered within `waitMs`. */
  async execute(send: Send, what: Omit<PreviewOrder, 'send' | 'startBy'>, waitMs: number): Promise<PreviewResult | undefined> {
    const { app } = send;
    const order: PreviewOrder = { send, ...what, startBy: this.clock.now() + waitMs };
    const sealed = this.sealer.seal(JSON.stringify(order), placeOfTrial(app));
    const answer = await this.desk.ask('message_preview', { app, sealed }, waitMs);
    if (!answer || 'failed' in answer) return undefined;
    return JSON.parse(this.sealer.open(answer.sealed, placeOfTrial(app))) as PreviewResult;
  }
}
