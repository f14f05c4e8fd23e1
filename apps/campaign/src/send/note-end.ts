import { note } from '#libs/kernel';
import type { Send } from '#libs/sends';

/** Writes down that a send has its last word; nothing while it is open. */
export function noteEnd({ app, id: sendId, state, stateReason, createdAt, finishedAt, sums }: Send): void {
  if (finishedAt === null) return;
  const { targeted = 0, suppressed = 0, accepted = 0, failed = 0, possibleDuplicates = 0 } = sums?.counts ?? {};
  const seconds = (finishedAt - createdAt) / 1_000;
  note('send ended', { app, sendId, state, reason: stateReason, targeted, suppressed, accepted, failed, possibleDuplicates, seconds });
}
