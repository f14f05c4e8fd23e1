import { PushError } from '#libs/kernel';

/** Another installation of the app holds this push token. */
export class TokenTaken extends PushError {
  readonly code = 'token_taken';
  readonly retryable = true;

  constructor(readonly fingerprint: string, options?: ErrorOptions) {
    super('Another installation holds this push token', options);
  }
}

/** Another user of the app has this external id. */
export class ExternalIdTaken extends PushError {
  readonly code = 'external_id_taken';
  readonly retryable = true;

  constructor(options?: ErrorOptions) {
    super('Another user has this external id', options);
  }
}

export class InstallationNotFound extends PushError {
  readonly code = 'installation_not_found';
  readonly retryable = false;

  constructor(readonly installationId: string, options?: ErrorOptions) {
    super(`No installation ${installationId} is registered`, options);
  }
}

export class UserNotFound extends PushError {
  readonly code = 'user_not_found';
  readonly retryable = false;

  constructor(options?: ErrorOptions) {
    super('No such user is known', options);
  }
}
