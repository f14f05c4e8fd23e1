import { placeOfTrial, type ErrandDesk, type Sealer } from '#libs/access';
import type { Clock } from '#libs/kernel';
import type { Send, TrialOrder, TrialRecipient, TrialResult } from '#libs/sends';

const begunWithinMs = 5_000;
/** Until a provider's deadline is over, too. */
const answeredWithinMs = 25_000;

/** Has a dispatcher try messages of a send that is stored nowhere. */
export class AskForTrial {
  constructor(
    private readonly desk: ErrandDesk,
    private readonly sealer: Sealer,
    private readonly clock: Clock,
  ) {}

  /** `isSent`: providers are asked; else their requests are only built. Undefined where no dispatcher has answered in time. */
  async execute(send: Send, recipients: readonly TrialRecipient[], isSent: boolean): Promise<readonly TrialResult[] | undefined> {
    const { app } = send;
    const order: TrialOrder = { send, recipients, isSent, startBy: this.clock.now() + begunWithinMs };
    const sealed = this.sealer.seal(JSON.stringify(order), placeOfTrial(app));
    const answer = await this.desk.ask('message_trial', { app, sealed }, answeredWithinMs);
    if (!answer || 'failed' in answer) return undefined;
    return JSON.parse(this.sealer.open(answer.sealed, placeOfTrial(app))) as TrialResult[];
  }
}
