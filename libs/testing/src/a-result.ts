import { type BatchResult, noResult } from '#libs/sends';

export const sendId = 'a0000000-0000-5000-8000-000000000001';

export function aResult(n: number, facts: Partial<BatchResult> = {}): BatchResult {
  const batch = { id: `${sendId}:0:000000:${n}`, size: 4, provider: 'apns', lane: 'bulk' } as const;
  return { ...noResult(batch, 'demo'), revision: 1, ...facts };
}
