import type {
  AppDeleted,
  AppNotFound,
  CheckUnavailable,
  CredentialNotFound,
  CredentialsRefused,
  DemoIsSimulated,
  KeyNotFound,
  NothingToRollBackTo,
  ProviderCallFailed,
  ProviderCallUnavailable,
  ProviderUnavailable,
  SealBroken,
  TooManyKeys,
} from '#libs/access';
import type { StatusesOf } from './error-statuses.ts';

type AccessError =
  | AppDeleted
  | AppNotFound
  | CheckUnavailable
  | CredentialNotFound
  | CredentialsRefused
  | DemoIsSimulated
  | KeyNotFound
  | NothingToRollBackTo
  | ProviderCallFailed
  | ProviderCallUnavailable
  | ProviderUnavailable
  | SealBroken
  | TooManyKeys;

/** The codes of libs/access; the key guard of every service can answer with them. */
export const accessStatuses: StatusesOf<AccessError> = {
  app_deleted: 409,
  app_not_found: 404,
  credential_check_unavailable: 503,
  credential_not_found: 404,
  credential_version_missing: 409,
  credentials_refused: 422,
  demo_is_simulated: 409,
  key_not_found: 404,
  provider_call_failed: 502,
  provider_call_unavailable: 503,
  provider_unavailable: 409,
  seal_broken: 500,
  too_many_keys: 409,
};
