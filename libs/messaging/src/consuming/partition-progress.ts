import { z } from 'zod';

/** An event that may have been what ended the process. */
export interface Suspect {
  readonly offset: number;
  /** Ends of the process while it was in hand, as far as is known. */
  readonly deaths: number;
  /** It is being handled right now. */
  readonly inHand: boolean;
}

/** What a group remembers of a partition; SQLite keeps it in a row, Kafka in the metadata of a commit. */
export interface PartitionProgress {
  /** The lowest offset that is not finished. */
  readonly next: number;
  /** Failures of unfinished events, by offset. */
  readonly tries: ReadonlyMap<number, number>;
  /** Somebody works on the partition. Found by who takes it over, it says that the last owner died. */
  readonly open: boolean;
  readonly suspect: Suspect | null;
}

export const fromBeginning: PartitionProgress = { next: 0, tries: new Map(), open: false, suspect: null };

const details = z.object({
  tries: z.array(z.tuple([z.int(), z.int()])).default([]),
  open: z.boolean().default(false),
  suspect: z.object({ offset: z.int(), deaths: z.int(), inHand: z.boolean() }).nullable().default(null),
});

/** Everything but `next`, as text. */
export function detailsText({ tries, open, suspect }: PartitionProgress): string {
  return JSON.stringify({ ...(tries.size > 0 && { tries: [...tries] }), ...(open && { open }), ...(suspect && { suspect }) });
}

export function progressFrom(next: number, text: string): PartitionProgress {
  const { tries, open, suspect } = details.parse(JSON.parse(text));
  return { next, tries: new Map(tries), open, suspect };
}
