import type { AppRepository } from '#libs/access';
import { fieldErrors } from '#libs/api';
import type { UpdateUser } from '#libs/registry';
import { appById, userPatchBody } from '#libs/registry-api';
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
    private readonly updateUser: UpdateUser,
  ) {}

  /** Throws AppNotFound, UserUpdateInvalid, TooManyTags, TooManyAttributes: then trying again cannot help. */
  async execute({ app: appId, externalId, ...fields }: UserUpdate): Promise<void> {
    const patch = userPatchBody.safeParse(fields);
    if (!patch.success) throw new UserUpdateInvalid(fieldErrors(patch.error.issues));
    const app = await appById(this.apps, appId);
    await this.updateUser.execute(app.id, externalId, patch.data, { create: true, maxTags: app.settings.maxTags });
  }
}
