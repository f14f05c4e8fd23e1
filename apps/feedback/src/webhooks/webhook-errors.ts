import { PushError } from '#libs/kernel';

export class WebhookNotFound extends PushError {
  readonly code = 'webhook_not_found';
  readonly retryable = false;

  constructor(name: string) {
    super(`No webhook ${name} is there`);
  }
}

export class WebhooksFull extends PushError {
  readonly code = 'webhooks_full';
  readonly retryable = false;

  constructor(limit: number) {
    super(`The app has ${limit} webhooks, as many as it may`);
  }
}
