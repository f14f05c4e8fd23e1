import type { StatusesOf } from '#libs/api';
import { PushError } from '#libs/kernel';

export class ExportNotFound extends PushError {
  readonly code = 'export_not_found';
  readonly retryable = false;

  constructor(
    readonly exportId: string,
    options?: ErrorOptions,
  ) {
    super(`No export ${exportId} is known`, options);
  }
}

export class ExportNotReady extends PushError {
  readonly code = 'export_not_ready';
  readonly retryable = true;
}

export class TooManyExports extends PushError {
  readonly code = 'too_many_exports';
  readonly retryable = true;

  constructor(
    readonly limit: number,
    options?: ErrorOptions,
  ) {
    super(`At most ${limit} exports of an app may run`, options);
  }
}

/** Whoever has the tokens of an app can ring its phones without us: that is for admins. */
export class TokensForAdmins extends PushError {
  readonly code = 'tokens_for_admins';
  readonly retryable = false;

  constructor(options?: ErrorOptions) {
    super('Push tokens are exported for admin keys only', options);
  }
}

export const exportStatuses: StatusesOf<ExportNotFound | ExportNotReady | TooManyExports | TokensForAdmins> = {
  export_not_found: 404,
  export_not_ready: 409,
  too_many_exports: 409,
  tokens_for_admins: 403,
};
