import { PushError } from '#libs/kernel';

/** What is wrong with such an id, for people. */
export const EXTERNAL_ID_RESERVED =
  'must name a person: null, undefined, none, nil, blanks and the like are what programs write without one';

/** Another installation of the app holds this push token. */
export class TokenTaken extends PushError {
  readonly code = 'token_taken';
  readonly retryable = true;

  constructor(
    readonly fingerprint: string,
    options?: ErrorOptions,
  ) {
    super('Another installation holds this push token', options);
  }
}

/** Another user of the app has this external id. */
export class ExternalIdTaken extends PushError {
  readonly code = 'external_id_taken';
  readonly retryable = true;

  constructor(options?: ErrorOptions) {
    super('Another user has this external id', options);
  }
}

/** The external id is a placeholder such as `null`, or blank: no person has it. */
export class ExternalIdReserved extends PushError {
  readonly code = 'external_id_reserved';
  readonly retryable = false;
  readonly errors = [{ pointer: '/externalId', message: EXTERNAL_ID_RESERVED }];

  constructor(options?: ErrorOptions) {
    super(`The external id ${EXTERNAL_ID_RESERVED}`, options);
  }
}

export class InstallationNotFound extends PushError {
  readonly code = 'installation_not_found';
  readonly retryable = false;

  constructor(
    readonly installationId: string,
    options?: ErrorOptions,
  ) {
    super(`No installation ${installationId} is registered`, options);
  }
}

export class UserNotFound extends PushError {
  readonly code = 'user_not_found';
  readonly retryable = false;

  constructor(options?: ErrorOptions) {
    super('No such user is known', options);
  }
}

/** The first registration of an installation must name its platform and provider. */
export class PlatformRequired extends PushError {
  readonly code = 'platform_required';
  readonly retryable = false;

  constructor(options?: ErrorOptions) {
    super('The first registration needs platform and provider', options);
  }
}

/** The caller's `If-Match` names another revision than the stored one (HTTP 412). */
export class RevisionMismatch extends PushError {
  readonly code = 'revision_mismatch';
  readonly retryable = false;

  constructor(
    readonly expected: number | null,
    readonly stored: number | null,
    options?: ErrorOptions,
  ) {
    super(`${expected === null ? 'Nothing' : `Revision ${expected}`} was expected, ${stored ?? 'nothing'} is stored`, options);
  }
}

/** Other writes of the same document came first 20 times in a row (HTTP 409). */
export class TooManyConflicts extends PushError {
  readonly code = 'too_many_conflicts';
  readonly retryable = true;

  constructor(options?: ErrorOptions) {
    super('Other writes of the same document kept coming first', options);
  }
}

/** An sdk call did not show the secret of its installation (R7a; HTTP 401). */
export class InstallationSecretInvalid extends PushError {
  readonly code = 'installation_secret_invalid';
  readonly retryable = false;

  constructor(options?: ErrorOptions) {
    super('The installation secret is missing or wrong', options);
  }
}

/** More tags than the app allows on one installation or user. */
export class TooManyTags extends PushError {
  readonly code = 'too_many_tags';
  readonly retryable = false;

  constructor(
    readonly limit: number,
    options?: ErrorOptions,
  ) {
    super(`At most ${limit} tags are allowed`, options);
  }
}

/** A tag is not 1 to 120 characters of `[A-Za-z0-9_@#.:-]`. */
export class TagInvalid extends PushError {
  readonly code = 'tag_invalid';
  readonly retryable = false;

  constructor(options?: ErrorOptions) {
    super('A tag is 1 to 120 characters of A-Z a-z 0-9 _ @ # . : -', options);
  }
}

/** More attributes than one installation or user may have. */
export class TooManyAttributes extends PushError {
  readonly code = 'too_many_attributes';
  readonly retryable = false;

  constructor(
    readonly limit: number,
    options?: ErrorOptions,
  ) {
    super(`At most ${limit} attributes are allowed`, options);
  }
}

/** A change asks an attribute for what it is not: a sum of a text, a list of a number (HTTP 409). */
export class AttributeMismatch extends PushError {
  readonly code = 'attribute_mismatch';
  readonly retryable = false;

  constructor(name: string, problem: string, options?: ErrorOptions) {
    super(`The attribute ${name} ${problem}`, options);
  }
}

/** Another user of the app has this alias (HTTP 409). */
export class AliasTaken extends PushError {
  readonly code = 'alias_taken';
  readonly retryable = false;

  constructor(options?: ErrorOptions) {
    super('Another user has this alias', options);
  }
}

/** A person has done more different things than are kept (HTTP 409). */
export class TooManyEventNames extends PushError {
  readonly code = 'too_many_event_names';
  readonly retryable = false;

  constructor(options?: ErrorOptions) {
    super('More names of events than are kept of one person', options);
  }
}

/** The alias is that of somebody who has an external id already, and another one (HTTP 409). */
export class AliasOfKnownUser extends PushError {
  readonly code = 'alias_of_known_user';
  readonly retryable = false;

  constructor(options?: ErrorOptions) {
    super('The user with this alias has another external id: merge the two', options);
  }
}
