import { PushError } from '#libs/kernel';

const reasons = {
  jwt_missing: 'This app asks for a signed user token in X-User-Token whenever an SDK speaks for a known user',
  jwt_malformed: 'The user token cannot be read',
  jwt_key_unknown: 'The app has no public key that this user token names',
  jwt_signature_invalid: 'The user token is not signed with RS256, ES256, ES384 or ES512 by a key of the app',
  jwt_exp_missing: 'The user token has no exp, which must be at most 24 hours ahead',
  jwt_expired: 'The user token has expired',
  jwt_audience_mismatch: 'The aud of the user token is another app',
  jwt_subject_mismatch: 'The sub of the user token is another user',
} as const;

/** Why the JWT in `X-User-Token` does not prove who the user is (R7). The token itself is never part of the message. */
export class UserTokenRefused extends PushError {
  readonly retryable = false;

  constructor(
    readonly code: keyof typeof reasons,
    what?: string,
  ) {
    super(what === undefined ? reasons[code] : `${reasons[code]}: ${what}`);
  }
}
