import { PushError, type ProviderName } from '#libs/kernel';

/** Why a provider did not do what it was asked. */
export interface ProviderCallFailure {
  /** Of an outcome: `credentials_bad`, `throttled`, `provider_down`, `payload_bad`, … */
  readonly failure: string;
  /** In the provider's word, or in ours (snake_case). */
  readonly reason: string;
}

/** The provider did not do what it was asked. */
export class ProviderCallFailed extends PushError {
  readonly code = 'provider_call_failed';
  readonly retryable = false;

  constructor(
    readonly provider: ProviderName,
    { failure, reason }: ProviderCallFailure,
  ) {
    super(`${provider} did not do it: ${reason} (${failure})`);
  }
}

/** No process that talks to providers has answered in time. */
export class ProviderCallUnavailable extends PushError {
  readonly code = 'provider_call_unavailable';
  readonly retryable = true;

  constructor(readonly provider: ProviderName | 'the providers') {
    super(`No dispatcher has asked ${provider} in time`);
  }
}
