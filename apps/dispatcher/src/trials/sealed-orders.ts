import { placeOfTrial, type MessageTrial, type MessageTrialAnswer, type Sealer } from '#libs/access';
import { note, type Clock } from '#libs/kernel';
import type { Send } from '#libs/sends';

interface Order {
  readonly send: Send;
  readonly startBy: number;
}

/** Opens orders about messages of a send that is stored nowhere, and seals what came of them. */
export class SealedOrders {
  constructor(
    private readonly sealer: Sealer,
    private readonly clock: Clock,
  ) {}

  /** `failed` for what comes too late, does not open or goes wrong. Never rejects. */
  async carryOut({ app, sealed }: MessageTrial, by: (order: never) => Promise<unknown>): Promise<MessageTrialAnswer> {
    try {
      const order = JSON.parse(this.sealer.open(sealed, placeOfTrial(app))) as Order;
      if (order.send.app !== app || this.clock.now() > order.startBy) return { failed: true };
      return { sealed: this.sealer.seal(JSON.stringify(await by(order as never)), placeOfTrial(app)) };
    } catch (error) {
      note('messages could not be tried', { app, reason: error instanceof Error ? error.name : 'unknown' });
      return { failed: true };
    }
  }
}
