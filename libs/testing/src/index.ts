export { FixedClock } from './fixed-clock.ts';
export { DyingOutbox } from './dying-outbox.ts';
export { PublishedEvents } from './published-events.ts';
export { aSend } from './a-send.ts';
export { aPage, aPageEntry } from './a-page.ts';
export { aHolder, aSubject, anAttempt, startedAt } from './an-attempt.ts';
export { aResult, sendId } from './a-result.ts';
export { eventually, until } from './eventually.ts';
export { takeNotes, type Note } from './notes.ts';
