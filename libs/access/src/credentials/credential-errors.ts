import { PushError, type ProviderName } from '#libs/kernel';

/** The app takes simulated credentials only: nothing of it may leave the machine. */
export class DemoIsSimulated extends PushError {
  readonly code = 'demo_is_simulated';
  readonly retryable = false;

  constructor(readonly app: string) {
    super(`The app ${app} takes simulated credentials only`);
  }
}

/** No credential is set for this provider. */
export class CredentialNotFound extends PushError {
  readonly code = 'credential_not_found';
  readonly retryable = false;

  constructor(readonly provider: ProviderName) {
    super(`No credential for ${provider} is set`);
  }
}

/** This server does not send to the provider yet. */
export class ProviderUnavailable extends PushError {
  readonly code = 'provider_unavailable';
  readonly retryable = false;

  constructor(readonly provider: ProviderName) {
    super(`This version does not send through ${provider}`);
  }
}

/** There is no earlier version of the credential to go back to, or its master key is gone. */
export class NothingToRollBackTo extends PushError {
  readonly code = 'credential_version_missing';
  readonly retryable = false;

  constructor(
    readonly provider: ProviderName,
    options?: ErrorOptions,
  ) {
    super(`No earlier ${provider} credential can be used`, options);
  }
}
