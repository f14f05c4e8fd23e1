import { type Attempt, IndexSet } from '#libs/sends';
import { type AttemptSubject, type Holder, claim } from '#libs/sends/attempt/writing';

export const startedAt = Date.parse('2026-03-01T12:00:00Z');

export function aHolder(over: Partial<Holder> = {}): Holder {
  const now = over.now ?? startedAt;
  return { owner: 'worker-1', leaseUntil: now + 30_000, now, ...over };
}

export function aSubject(over: Partial<AttemptSubject> = {}): AttemptSubject {
  const batchId = over.batchId ?? 'send-1:0:000000:0';
  return {
    id: `${batchId}:1`,
    batchId,
    app: 'demo',
    sendId: batchId.split(':')[0] ?? '',
    provider: 'apns',
    lane: 'bulk',
    depth: 1,
    mask: IndexSet.upTo(20),
    ...over,
  };
}

export function anAttempt(over: Partial<AttemptSubject> = {}, holder = aHolder()): Attempt {
  return claim(aSubject(over), holder, 500);
}
