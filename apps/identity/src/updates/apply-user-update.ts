import type { AppRepository } from '#libs/access';
import { fieldErrors, type ClaimedEvent, type EventIdentities } from '#libs/api';
import { ExternalIdReserved, isReservedExternalId, type UpdateUser } from '#libs/registry';
import { appById, userUpdateBody } from '#libs/registry-http';
import { UserUpdateInvalid } from './user-update-invalid.ts';

export interface UserUpdate {
  readonly app: string;
  readonly externalId: string;
  readonly [field: string]: unknown;
}

/** Does what `PATCH …/users/{externalId}` does, for an event of an internal service. Doing it twice is doing it once. */
export class ApplyUserUpdate {
  constructor(
    private readonly apps: AppRepository,
    private readonly identities: EventIdentities,
    private readonly updateUser: UpdateUser,
  ) {}

  /** `event` is who says it. Throws AppNotFound, ExternalIdReserved, UserUpdateInvalid, DuplicateMismatch, TooManyTags, TooManyAttributes: then trying again cannot help. */
  async execute({ app: appId, ...update }: UserUpdate, event: ClaimedEvent): Promise<void> {
    if (isReservedExternalId(update.externalId)) throw new ExternalIdReserved();
    const patch = userUpdateBody.safeParse(update);
    if (!patch.success) throw new UserUpdateInvalid(fieldErrors(patch.error.issues));
    const { externalId, ...change } = patch.data;
    const app = await appById(this.apps, appId);
    const identity = await this.identities.claim(app.id, event);
    await this.updateUser.execute(app.id, externalId, change, { create: true, maxTags: app.settings.maxTags });
    if (!identity.isDone) await identity.settle();
  }
}
