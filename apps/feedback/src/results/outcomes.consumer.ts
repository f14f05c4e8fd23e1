import { batchAttemptedV1 } from '#libs/events';
import { consumerOf } from '#libs/messaging';
import { Controller } from '@nestjs/common';
import { AwaitConversions } from '../conversions/await-conversions.ts';
import { CarryOutFindings } from '../purges/carry-out-findings.ts';
import { MergeResults } from './merge-results.ts';
import type { AttemptReport } from './merge-attempt.ts';

const consumes = consumerOf('feedback');

/** Results first, then what they say about tokens: a purge never delays the last word of a batch. */
@Controller()
export class OutcomesConsumer {
  constructor(
    private readonly mergeResults: MergeResults,
    private readonly awaitConversions: AwaitConversions,
    private readonly carryOutFindings: CarryOutFindings,
  ) {}

  @consumes(batchAttemptedV1)
  async attempted(report: AttemptReport): Promise<void> {
    const result = await this.mergeResults.execute(report);
    await this.awaitConversions.execute(result.app, result.batchId);
    if (result.pendingFindings.length > 0) await this.carryOutFindings.execute(result.batchId);
  }
}
