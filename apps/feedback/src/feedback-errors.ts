import type { StatusesOf } from '#libs/api';
import type { DeadLetterTruncated } from '#libs/messaging';
import type { InstallationNotFound, InstallationSecretInvalid } from '#libs/registry';
import type { DeadLetterNotFound } from './dead-letters/dead-letter-not-found.ts';
import type { SendForgotten } from './results/send-forgotten.ts';
import type { SendNotFound } from './results/send-not-found.ts';

/** The HTTP statuses of what this service's calls can throw. */
export const feedbackErrors: StatusesOf<
  DeadLetterNotFound | DeadLetterTruncated | InstallationNotFound | InstallationSecretInvalid | SendForgotten | SendNotFound
> = {
  dead_letter_not_found: 404,
  dead_letter_truncated: 409,
  installation_not_found: 404,
  installation_secret_invalid: 401,
  send_forgotten: 410,
  send_not_found: 404,
};
