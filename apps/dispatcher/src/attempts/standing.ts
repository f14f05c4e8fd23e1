import type { Send } from '#libs/sends';
import { failed, skipped, type Word } from '#libs/sends/attempt/writing';

/** What the state of its send means for a message that waits. */
export type Standing = { readonly kind: 'open' } | { readonly kind: 'paused' } | { readonly kind: 'over'; readonly word: Word };

const open: Standing = { kind: 'open' };
const paused: Standing = { kind: 'paused' };

/** Asked before every window and every round of it: pause and stop take hold within seconds. */
export function standingOf(send: Send, now: number): Standing {
  if (send.state === 'stopped' || send.state === 'failed') return { kind: 'over', word: skipped('send_stopped') };
  if (now >= send.expiresAt) return { kind: 'over', word: failed('expired', null) };
  return send.state === 'paused' ? paused : open;
}
