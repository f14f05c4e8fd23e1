import type { SendReader } from '#libs/sends';
import { answerAll, failed, pending } from '#libs/sends/attempt/writing';
import type { ClaimAttempt } from '../attempts/claim-attempt.ts';
import type { RecordAttempt } from '../attempts/record-attempt.ts';
import { BatchUnknown } from './batch-errors.ts';
import type { BatchPlanned, BatchWorks } from './batch-work.ts';

/** The event of a batch could not be handled: its messages are `dead`, so that the counts close. A replay opens them again. Safe to repeat. */
export class BuryBatch {
  constructor(
    private readonly works: BatchWorks,
    private readonly sends: SendReader,
    private readonly claims: ClaimAttempt,
    private readonly records: RecordAttempt,
  ) {}

  /** `reason`: the dead letter's code. What was never planned counts nowhere. */
  async execute(event: BatchPlanned, reason: string): Promise<void> {
    const subject = await this.#subjectOf(event);
    const send = subject && (await this.sends.findById(subject.app, subject.sendId));
    const attempt = send && (await this.claims.execute(subject));
    if (attempt) await this.records.execute(attempt, send, answerAll(pending(attempt), failed('dead', reason)), null);
  }

  async #subjectOf(event: BatchPlanned) {
    try {
      return await this.works.find(event);
    } catch (error) {
      if (error instanceof BatchUnknown) return undefined;
      throw error;
    }
  }
}
