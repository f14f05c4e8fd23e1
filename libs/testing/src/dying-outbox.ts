import { Outbox, type CollectionOutbox } from '#libs/messaging';

/** The outbox of a process that dies right after its writes: what they cause stays where it was stored. */
export class DyingOutbox extends Outbox {
  override of(...given: Parameters<Outbox['of']>): CollectionOutbox {
    const collection = super.of(...given);
    collection.deliver = () => Promise.reject(new Error('died'));
    return collection;
  }
}
