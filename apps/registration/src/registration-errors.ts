import type { StatusesOf } from '#libs/api';
import { registryStatuses, sdkAuthStatuses } from '#libs/registry-http';
import type { PatchNotApplicable, PatchTestFailed } from './installations/patch-errors.ts';
import type { TokenNotFound } from './tokens/token-not-found.ts';

const ownStatuses: StatusesOf<PatchTestFailed | PatchNotApplicable | TokenNotFound> = {
  patch_test_failed: 409,
  patch_not_applicable: 400,
  token_not_found: 404,
};

/** The HTTP statuses of the codes that registration adds to those of every call. */
export const registrationStatuses = { ...registryStatuses, ...sdkAuthStatuses, ...ownStatuses };
