import type { StatusesOf } from '#libs/api';
import type { FieldNotWritable, TagNotWritable } from './sdk-limits.ts';
import type { UserTokenRefused } from './user-token-errors.ts';

/** The HTTP statuses of what this library throws. */
export const sdkAuthStatuses: StatusesOf<UserTokenRefused | FieldNotWritable | TagNotWritable> = {
  jwt_missing: 401,
  jwt_malformed: 401,
  jwt_key_unknown: 401,
  jwt_signature_invalid: 401,
  jwt_exp_missing: 401,
  jwt_expired: 401,
  jwt_audience_mismatch: 401,
  jwt_subject_mismatch: 401,
  field_not_writable: 403,
  tag_not_writable: 403,
};
