import { sendForgottenV1 } from '#libs/events';
import { consumerOf } from '#libs/messaging';
import { Controller } from '@nestjs/common';
import { DropResults } from './drop-results.ts';

const consumes = consumerOf('feedback');

@Controller()
export class ForgottenSendsConsumer {
  constructor(private readonly dropResults: DropResults) {}

  @consumes(sendForgottenV1)
  async forgotten({ sendId }: { app: string; sendId: string }): Promise<void> {
    await this.dropResults.execute(sendId);
  }
}
