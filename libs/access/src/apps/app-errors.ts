import { PushError } from '#libs/kernel';

export class AppNotFound extends PushError {
  readonly code = 'app_not_found';
  readonly retryable = false;

  constructor(readonly app: string) {
    super(`No app ${app} exists`);
  }
}

/** The id belonged to an app that was deleted and whose data may still be going. */
export class AppDeleted extends PushError {
  readonly code = 'app_deleted';
  readonly retryable = false;

  constructor(readonly app: string) {
    super(`The app ${app} was deleted; its id is not given again`);
  }
}
