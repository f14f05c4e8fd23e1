import { PushError } from '#libs/kernel';

/** A collection has an index of another kind than the code declares. */
export class CollectionChanged extends PushError {
  readonly code = 'collection_changed';
  readonly retryable = false;

  constructor(collection: string, options?: ErrorOptions) {
    super(`Collection ${collection} has an index that differs from the one declared; drop that index, then start again`, options);
  }
}
