import { sendForgottenV1 } from '#libs/events';
import { consumerOf } from '#libs/messaging';
import { Controller } from '@nestjs/common';
import { DropAttempts } from './drop-attempts.ts';

const consumes = consumerOf('dispatcher');

@Controller()
export class ForgottenSendsConsumer {
  constructor(private readonly dropAttempts: DropAttempts) {}

  @consumes(sendForgottenV1)
  async forgotten({ sendId }: { app: string; sendId: string }): Promise<void> {
    await this.dropAttempts.execute(sendId);
  }
}
