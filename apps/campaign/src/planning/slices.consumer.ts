import { sliceOpenedV1 } from '#libs/events';
import { consumerOf } from '#libs/messaging';
import { Controller } from '@nestjs/common';
import { PlanSlice } from './plan-slice.ts';

const consumes = consumerOf('campaign');

@Controller()
export class SlicesConsumer {
  constructor(private readonly planSlice: PlanSlice) {}

  @consumes(sliceOpenedV1)
  async opened({ app, sendId, slice }: { app: string; sendId: string; slice: number }): Promise<void> {
    await this.planSlice.execute(app, sendId, slice);
  }
}
