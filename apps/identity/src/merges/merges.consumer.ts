import { userMergedV1 } from '#libs/events';
import { consumerOf } from '#libs/messaging';
import { FinishMerge } from '#libs/registry';
import { Controller } from '@nestjs/common';

const consumes = consumerOf('identity');

/** Moves what a merged user still owns, if the author of the merge could not (correctness P4). */
@Controller()
export class MergesConsumer {
  constructor(private readonly finishMerge: FinishMerge) {}

  @consumes(userMergedV1)
  async merged({ app, userId }: { app: string; userId: string }): Promise<void> {
    await this.finishMerge.execute(app, userId);
  }
}
