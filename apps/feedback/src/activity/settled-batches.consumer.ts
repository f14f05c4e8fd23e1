import { batchSettledV1 } from '#libs/events';
import { consumerOf } from '#libs/messaging';
import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import { TellEndedMessages } from './tell-ended-messages.ts';

const consumes = consumerOf('feedback');

@Controller()
export class SettledBatchesConsumer {
  constructor(private readonly tellEndedMessages: TellEndedMessages) {}

  @consumes(batchSettledV1)
  async settled({ batchId }: z.output<typeof batchSettledV1.data>): Promise<void> {
    await this.tellEndedMessages.execute(batchId);
  }
}
