import { installationTokenClaimedV1 } from '#libs/events';
import { consumerOf } from '#libs/messaging';
import { FinishTokenClaim } from '#libs/registry';
import { Controller } from '@nestjs/common';

const consumes = consumerOf('registration');

/** Finishes the move of a token whose author died on the way (correctness P3). */
@Controller()
export class ClaimsConsumer {
  constructor(private readonly finishTokenClaim: FinishTokenClaim) {}

  @consumes(installationTokenClaimedV1)
  async claimed({ app, installationId }: { app: string; installationId: string }): Promise<void> {
    await this.finishTokenClaim.execute(app, installationId);
  }
}
