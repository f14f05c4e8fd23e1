import { PushError } from '#libs/kernel';

export class AudienceNotFound extends PushError {
  readonly code = 'audience_not_found';
  readonly retryable = false;

  constructor(readonly audience: string) {
    super(`The app has no audience ${audience}`);
  }
}

/** Whatever names it could not be sent any more. */
export class AudienceInUse extends PushError {
  readonly code = 'audience_in_use';
  readonly retryable = false;

  constructor(readonly uses: readonly string[]) {
    super(`It is named by ${uses.join(', ')}`);
  }
}
