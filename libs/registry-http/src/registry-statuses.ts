import type { StatusesOf } from '#libs/api';
import type {
  AliasOfKnownUser,
  AliasTaken,
  AttributeMismatch,
  ExternalIdReserved,
  ExternalIdTaken,
  InstallationNotFound,
  InstallationSecretInvalid,
  PlatformRequired,
  RevisionMismatch,
  TagInvalid,
  TokenTaken,
  TooManyAttributes,
  TooManyConflicts,
  TooManyEventNames,
  TooManyTags,
  UserNotFound,
} from '#libs/registry';

type RegistryError =
  | AliasOfKnownUser
  | AliasTaken
  | AttributeMismatch
  | ExternalIdReserved
  | ExternalIdTaken
  | InstallationNotFound
  | InstallationSecretInvalid
  | PlatformRequired
  | RevisionMismatch
  | TagInvalid
  | TokenTaken
  | TooManyAttributes
  | TooManyConflicts
  | TooManyEventNames
  | TooManyTags
  | UserNotFound;

/** The HTTP statuses of what the registry throws. */
export const registryStatuses: StatusesOf<RegistryError> = {
  installation_not_found: 404,
  user_not_found: 404,
  platform_required: 400,
  external_id_reserved: 400,
  tag_invalid: 400,
  too_many_tags: 400,
  too_many_attributes: 400,
  installation_secret_invalid: 401,
  alias_taken: 409,
  alias_of_known_user: 409,
  attribute_mismatch: 409,
  too_many_event_names: 409,
  external_id_taken: 409,
  token_taken: 409,
  too_many_conflicts: 409,
  revision_mismatch: 412,
};
