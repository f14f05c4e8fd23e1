import { installationKey } from '#libs/kernel';
import { type Page, type PageEntry, type PageReader, type Send, sliceOf } from '#libs/sends';

/** Where planning decided about an installation. */
export interface Planned {
  /** The page that covers its key; undefined: planning has not come, or did not come, this far. */
  readonly page: Page | undefined;
  /** undefined: the audience did not match it then. */
  readonly entry: PageEntry | undefined;
}

/** One indexed look-up, however large the send. */
export async function findPlanned(pages: PageReader, send: Send, installationId: string): Promise<Planned> {
  const page = await pages.findCovering(send.id, sliceOf(send, installationId), installationKey(send.app, installationId));
  return { page, entry: page?.entries.find((candidate) => candidate.installationId === installationId) };
}
