export { FixedClock } from './fixed-clock.ts';
export { aSend } from './a-send.ts';
export { aPage, aPageEntry } from './a-page.ts';
