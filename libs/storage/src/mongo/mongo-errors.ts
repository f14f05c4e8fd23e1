import { PushError } from '#libs/kernel';

/** A collection has an index of another kind than the code declares. */
export class CollectionChanged extends PushError {
  readonly code = 'collection_changed';
  readonly retryable = false;

  constructor(collection: string, options?: ErrorOptions) {
    super(`Collection ${collection} has an index that differs from the one declared; drop that index, then start again`, options);
  }
}

const unreadable = new Set(['MongoParseError', 'MongoAPIError', 'MongoInvalidArgumentError', 'MongoMissingDependencyError', 'URIError']);

/** The driver can make nothing of MONGODB_URI, whatever runs where. */
export class MongoUriInvalid extends PushError {
  readonly code = 'mongodb_uri_invalid';
  readonly retryable = false;

  private constructor(why: string) {
    super(`MONGODB_URI cannot be read: ${why}; name and password stand in it percent-encoded`);
  }

  /** Undefined when the error is about something else. */
  static from(error: unknown): MongoUriInvalid | undefined {
    if (!(error instanceof Error) || !unreadable.has(error.name)) return undefined;
    return new MongoUriInvalid(error.message.replaceAll(/\/\/[^/]*@/g, '//[login]@'));
  }
}
