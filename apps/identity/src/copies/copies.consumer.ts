import { userAttributesChangedV1, userSubscriptionChangedV1 } from '#libs/events';
import { consumerOf } from '#libs/messaging';
import { CopyUserToInstallations } from '#libs/registry';
import { Controller } from '@nestjs/common';

const consumes = consumerOf('identity');

/** Installations carry copies of their user's fields; this brings those up to date that a crash left behind. */
@Controller()
export class CopiesConsumer {
  constructor(private readonly copyUser: CopyUserToInstallations) {}

  @consumes(userSubscriptionChangedV1)
  async subscriptionChanged(user: { app: string; userId: string }): Promise<void> {
    await this.copyUser.execute(user.app, user.userId);
  }

  @consumes(userAttributesChangedV1)
  async attributesChanged(user: { app: string; userId: string }): Promise<void> {
    await this.copyUser.execute(user.app, user.userId);
  }
}
