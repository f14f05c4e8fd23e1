import type { Arrival } from '../../src/devices/inbox.ts';
import { afterOneMore } from '../../src/devices/waiting-messages.ts';
import type { WaitingMessage } from '../../src/traits/provider-traits.ts';

describe('what a provider keeps for a phone that is off', () => {
  it('is one message for APNs: the newest that may be kept', () => {
    const kept = keep('apns', message('1'), message('2'), message('3', { expiresAt: 0 }));

    expect(kept).toEqual(['2']);
  });

  it('is the newest message of each of four collapse keys for FCM', () => {
    const keyed = ['a', 'b', 'c', 'd', 'e'].map((collapseId) => message(collapseId, { collapseId }));

    expect(keep('fcm', ...keyed)).toEqual(['b', 'c', 'd', 'e']);
    expect(keep('fcm', message('1', { collapseId: 'a' }), message('2', { collapseId: 'a' }))).toEqual(['2']);
  });

  it('is up to 100 others for FCM, and none of them after one more', () => {
    const hundred = Array.from({ length: 100 }, (_, i) => message(String(i)));

    expect(keep('fcm', ...hundred)).toHaveLength(100);
    expect(keep('fcm', message('kept', { collapseId: 'a' }), ...hundred, message('100'))).toEqual(['kept']);
  });
});

function keep(provider: 'apns' | 'fcm', ...messages: WaitingMessage[]): (string | null)[] {
  const kept = messages.reduce<readonly WaitingMessage[]>((waiting, next) => afterOneMore(provider, waiting, next), []);
  return kept.map(({ arrival }) => arrival.title);
}

function message(
  title: string,
  { collapseId = null, expiresAt = 1 }: { collapseId?: string | null; expiresAt?: number } = {},
): WaitingMessage {
  const arrival: Arrival = { title, body: null, data: {}, sendId: null, link: null, collapseId, at: '2026-01-01T00:00:00.000Z' };
  return { arrival, expiresAt };
}
