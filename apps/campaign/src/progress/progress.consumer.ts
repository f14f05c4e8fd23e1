import { batchSettledV1 } from '#libs/events';
import { consumerOf } from '#libs/messaging';
import { Controller } from '@nestjs/common';
import { CheckProgress } from './check-progress.ts';
import { SettledCountdown } from './settled-countdown.ts';

const consumes = consumerOf('campaign');

/** A look costs sums, so it comes when enough batches have settled to find something. */
@Controller()
export class ProgressConsumer {
  constructor(
    private readonly checkProgress: CheckProgress,
    private readonly countdown: SettledCountdown,
  ) {}

  @consumes(batchSettledV1)
  async settled({ app, sendId }: { app: string; sendId: string }): Promise<void> {
    if (!this.countdown.isDue(sendId)) return;
    this.countdown.restart(sendId, await this.checkProgress.execute(app, sendId));
  }
}
