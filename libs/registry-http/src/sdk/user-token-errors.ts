import { PushError } from '#libs/kernel';

/** Why the JWT in `X-User-Token` does not prove who the user is (R7). The token itself is never part of the message. */
export abstract class UserTokenRefused extends PushError {
  readonly retryable = false;
}

export class JwtMissing extends UserTokenRefused {
  readonly code = 'jwt_missing';

  constructor(options?: ErrorOptions) {
    super('This app asks for a signed user token in X-User-Token whenever an SDK speaks for a known user', options);
  }
}

export class JwtMalformed extends UserTokenRefused {
  readonly code = 'jwt_malformed';

  constructor(what: string, options?: ErrorOptions) {
    super(`The user token cannot be read: ${what}`, options);
  }
}

export class JwtKeyUnknown extends UserTokenRefused {
  readonly code = 'jwt_key_unknown';

  constructor(options?: ErrorOptions) {
    super('The app has no public key that this user token names', options);
  }
}

export class JwtSignatureInvalid extends UserTokenRefused {
  readonly code = 'jwt_signature_invalid';

  constructor(options?: ErrorOptions) {
    super('The user token is not signed with RS256, ES256, ES384 or ES512 by a key of the app', options);
  }
}

export class JwtExpMissing extends UserTokenRefused {
  readonly code = 'jwt_exp_missing';

  constructor(options?: ErrorOptions) {
    super('The user token has no exp, which must be at most 24 hours ahead', options);
  }
}

export class JwtExpired extends UserTokenRefused {
  readonly code = 'jwt_expired';

  constructor(options?: ErrorOptions) {
    super('The user token has expired', options);
  }
}

export class JwtAudienceMismatch extends UserTokenRefused {
  readonly code = 'jwt_audience_mismatch';

  constructor(options?: ErrorOptions) {
    super('The aud of the user token is another app', options);
  }
}

export class JwtSubjectMismatch extends UserTokenRefused {
  readonly code = 'jwt_subject_mismatch';

  constructor(options?: ErrorOptions) {
    super('The sub of the user token is another user', options);
  }
}
