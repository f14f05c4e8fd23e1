import { PushError } from '#libs/kernel';

export class KeyMissing extends PushError {
  readonly code = 'key_missing';
  readonly retryable = false;

  constructor() {
    super('Send an API key as "Authorization: Bearer KEY"');
  }
}

/** Unknown, revoked or expired; nobody is told which. */
export class KeyInvalid extends PushError {
  readonly code = 'key_invalid';
  readonly retryable = false;

  constructor() {
    super('The API key is not valid');
  }
}

export class KeyKindNotAllowed extends PushError {
  readonly code = 'key_kind_not_allowed';
  readonly retryable = false;

  constructor(readonly allowed: readonly string[]) {
    super(`This call takes keys of kind ${allowed.join(', ')}`);
  }
}

export class KeyScopeNotAllowed extends PushError {
  readonly code = 'key_scope_not_allowed';
  readonly retryable = false;

  constructor(readonly scope: string) {
    super(`The API key lacks the scope ${scope}`);
  }
}

/** The key belongs to another app; whether the app of the path exists is not said. */
export class KeyWrongApp extends PushError {
  readonly code = 'key_wrong_app';
  readonly retryable = false;

  constructor() {
    super('The API key belongs to another app');
  }
}
