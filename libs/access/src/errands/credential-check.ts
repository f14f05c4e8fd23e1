import { PushError, type ProviderName } from '#libs/kernel';

/** A credential that a provider is to be asked about. */
export interface CredentialCheck {
  readonly app: string;
  readonly provider: ProviderName;
  readonly bundleIds: readonly string[];
  /** Its fields as JSON, sealed for their place (`placeOf`). */
  readonly sealed: string;
}

/** What is wrong, or will be. */
export interface CheckFinding {
  /** Of an error the credential is refused; of a warning it works, with this exception. */
  readonly level: 'error' | 'warning';
  /** The provider's own word, or one of ours in snake_case. */
  readonly reason: string;
  /** In plain words, for whoever set it. */
  readonly message: string;
  readonly remedy: string;
  /** Whom it is about; absent: all. */
  readonly bundleId?: string;
  readonly environment?: string;
}

/** What a provider says of a credential. */
export interface CheckResult {
  /** `unclear`: it could not be asked, or was in no state to say. */
  readonly verdict: 'accepted' | 'refused' | 'unclear';
  readonly findings: readonly CheckFinding[];
}

/** The provider was asked and takes no messages with these credentials; nothing was stored. */
export class CredentialsRefused extends PushError {
  readonly code = 'credentials_refused';
  readonly retryable = false;

  constructor(
    readonly provider: ProviderName,
    readonly findings: readonly CheckFinding[],
  ) {
    const errors = findings.filter(({ level }) => level === 'error').slice(0, 3);
    super(
      `${provider} refuses these credentials: ${errors.map(({ reason, message, remedy }) => `${reason}: ${message} ${remedy}`).join(' ')}`,
    );
  }
}

/** No process that talks to providers has answered in time. */
export class CheckUnavailable extends PushError {
  readonly code = 'credential_check_unavailable';
  readonly retryable = true;

  constructor(readonly provider: ProviderName) {
    super(`No dispatcher has checked the ${provider} credential in time`);
  }
}
