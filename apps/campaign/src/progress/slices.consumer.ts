import { sliceOpenedV1 } from '#libs/events';
import { consumerOf } from '#libs/messaging';
import { Controller } from '@nestjs/common';
import { CheckProgress } from './check-progress.ts';
import { PlanSlice } from '../planning/plan-slice.ts';

const consumes = consumerOf('campaign');

@Controller()
export class SlicesConsumer {
  constructor(
    private readonly planSlice: PlanSlice,
    private readonly checkProgress: CheckProgress,
  ) {}

  @consumes(sliceOpenedV1)
  async opened({ app, sendId, slice }: { app: string; sendId: string; slice: number }): Promise<void> {
    if (await this.planSlice.execute(app, sendId, slice)) await this.checkProgress.execute(app, sendId);
  }
}
