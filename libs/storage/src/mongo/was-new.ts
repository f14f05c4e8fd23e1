import { isDuplicateKey } from './mongo-failure.ts';

/** How an insertion of one document ended: true where it was the first, false where its `_id` was there already. */
export async function wasNew(insertion: Promise<unknown>): Promise<boolean> {
  try {
    await insertion;
    return true;
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}
