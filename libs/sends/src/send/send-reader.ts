import type { Send } from './send.ts';

/** Reads sends; campaign alone writes them. May throw DependencyUnavailable. */
export abstract class SendReader {
  abstract findById(app: string, id: string): Promise<Send | undefined>;
}
