import { PushToken } from '#libs/kernel';
import type { RequestBatch } from '../../src/transport/transport.ts';
import type { ProviderRequest, Recipient } from '../../src/providers/push-provider.ts';

/** Builders for tests. Times lie around the first of January 2026. */
export const aMoment = Date.UTC(2026, 0, 1);

export function aRecipient(changes: Partial<Omit<Recipient, 'token'>> & { readonly token?: string } = {}): Recipient {
  return {
    messageId: '0b0e0e5c-3f0e-5f1e-8a3c-2f4b8f6a1d01',
    receipt: '0b0e0e5c-3f0e-5f1e-8a3c-2f4b8f6a1d01.c2lnbmF0dXJlLi4u.Xw2PnjwbXQqbVQpdfxwuEQ',
    platform: 'ios',
    environment: 'production',
    bundleId: null,
    rendering: 0,
    texts: [],
    isRepeat: false,
    ...changes,
    token: new PushToken(changes.token ?? 'ab'.repeat(32)),
  };
}

export function aProviderRequest(changes: Partial<ProviderRequest> = {}): ProviderRequest {
  return {
    app: 'demo',
    sendId: 'send-1',
    lane: 'bulk',
    expiresAt: aMoment + 3_600_500,
    nowOrNever: false,
    priority: 'high',
    collapseId: null,
    renderings: [{ title: 'Hello', body: 'World' }],
    recipients: [aRecipient()],
    startBy: aMoment + 1_000,
    ...changes,
  };
}

export function bodyAt(batch: RequestBatch | undefined, index: number): string {
  if (!batch) throw new RangeError('No such batch');
  const length = batch.bodyLength(index);
  const bytes = Buffer.alloc(length + 2);
  batch.writeBody(index, bytes, 1);
  if (bytes[0] !== 0 || bytes[length + 1] !== 0) throw new RangeError('The body does not keep to its length');
  return bytes.toString('utf8', 1, length + 1);
}

export function headersOf({ sharedHeaders }: RequestBatch): Record<string, string> {
  const pairs = sharedHeaders.flatMap((name, at) => (at % 2 === 0 ? [[name, sharedHeaders[at + 1] ?? '']] : []));
  return Object.fromEntries(pairs) as Record<string, string>;
}
