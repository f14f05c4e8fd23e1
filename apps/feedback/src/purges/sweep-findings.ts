import type { Clock } from '#libs/kernel';
import type { ResultRepository } from '../results/result.repository.ts';
import type { CarryOutFindings } from './carry-out-findings.ts';

const atOnce = 50;

/** Looks again at findings about tokens that had to wait, or whose first round a crash cut short. */
export class SweepFindings {
  constructor(
    private readonly results: ResultRepository,
    private readonly carryOutFindings: CarryOutFindings,
    private readonly clock: Clock,
  ) {}

  async execute(): Promise<void> {
    const due = await this.results.findDue(this.clock.now(), atOnce);
    for (const { batchId } of due) await this.carryOutFindings.execute(batchId);
  }
}
