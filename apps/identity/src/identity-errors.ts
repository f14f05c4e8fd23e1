import type { StatusesOf } from '#libs/api';
import { registryStatuses, sdkAuthStatuses } from '#libs/registry-http';
import type { UserUpdateInvalid } from './updates/user-update-invalid.ts';
import type { UserNotOwn } from './users/user-not-own.ts';

const ownStatuses: StatusesOf<UserNotOwn | UserUpdateInvalid> = { user_not_own: 403, user_update_invalid: 400 };

/** The HTTP statuses of the codes that identity adds to those of every call. */
export const identityStatuses = { ...registryStatuses, ...sdkAuthStatuses, ...ownStatuses };
