import { until, type RunningPlatform } from '../support/platform.ts';
import { addUp, sum, type SendRecord, type SimulatorSummary } from '../support/shop.ts';

const minutes = 60_000;

/** What becomes of a push to everyone, 300 dead tokens among them, on a platform with the demo. */
export function tenThousandStories(platform: () => RunningPlatform): void {
  let send: SendRecord;
  const demo = <T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    platform().call<T>(method, `/v1/apps/demo${path}`, body, { key: 'cr_server_demo', headers });

  beforeAll(async () => {
    await platform().simulator('DELETE', '/ledger');
    await platform().simulator('PUT', '/faults', [
      { provider: 'fcm', share: 0.01, behaviour: 'unavailable', times: 1 },
      { provider: 'apns', share: 0.01, behaviour: 'unavailable', times: 1 },
    ]);
    const { status, body } = await demo<SendRecord>(
      'POST',
      '/sends',
      { to: { everyone: true }, message: { title: 'Hi', body: 'Bells' } },
      { prefer: 'wait=30' },
    );
    expect([200, 202]).toContain(status);
    send = await until(
      async () => (await demo<SendRecord>('GET', `/sends/${body.sendId}`)).body,
      ({ state }) => state === 'done',
      2 * minutes,
    );
  }, 3 * minutes);

  it('reaches every live installation exactly once', async () => {
    const { body } = await platform().simulator<Record<string, SimulatorSummary>>('GET', '/ledger/summary');
    const accepted = sum(Object.fromEntries(Object.entries(body).map(([provider, summary]) => [provider, summary.accepted])));

    expect(send.counts.accepted).toBe(9_697);
    expect(accepted).toBe(9_697);
    expect(Object.values(body).every(({ duplicates }) => duplicates === 0)).toBe(true);
    expect(send.counts.possibleDuplicates).toBe(0);
  });

  it('obeys the law of counts', () => {
    expect(addUp(send.counts)).toBe(true);
    expect(send.counts).toMatchObject({ targeted: 10_000, remaining: 0 });
    expect(send.outcomes).toEqual({ token_invalid: 300 });
    expect(sum(send.outcomes)).toBe(send.counts.failed);
    expect(sum(send.suppressedBy)).toBe(send.counts.suppressed);
    expect(send.suppressedBy).toEqual({ unsubscribed: 1, no_token: 1, not_foreground: 1 });
  });

  it('says of every installation what became of it', async () => {
    const { body } = await demo<string>('GET', `/sends/${send.id}/results`);
    const lines = body
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { installation: string; outcome: string });
    const outcomes = Object.groupBy(lines, ({ outcome }) => outcome);

    expect(new Set(lines.map(({ installation }) => installation)).size).toBe(10_000);
    expect(outcomes['accepted']).toHaveLength(9_697);
    expect(outcomes['token_invalid']).toHaveLength(300);
    expect(outcomes['skipped']).toHaveLength(3);
  });

  it(
    'purges every dead token, with the provider’s reason in the ledger',
    async () => {
      const { body } = await demo<string>('GET', `/sends/${send.id}/results`);
      const dead = body
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { installation: string; outcome: string })
        .filter(({ outcome }) => outcome === 'token_invalid');
      const reasons = new Set<string>();
      for (const { installation } of dead) {
        const { tokenFingerprint } = await until(
          async () => (await demo<{ tokenFingerprint: string | null }>('GET', `/installations/${installation}`)).body,
          (record) => (record.tokenFingerprint ?? null) === null,
        );
        expect(tokenFingerprint ?? null).toBeNull();
        const { body: ledger } = await demo<{ items: { event: string; reason: string; sendId: string }[] }>(
          'GET',
          `/installations/${installation}/ledger`,
        );
        expect(ledger.items[0]).toMatchObject({ event: 'invalidated', sendId: send.id });
        reasons.add(ledger.items[0]!.reason);
      }
      expect([...reasons]).toEqual(
        expect.arrayContaining(['BadDeviceToken', 'INVALID_ARGUMENT', 'UNREGISTERED', 'Unregistered', '30608', '80300007']),
      );
    },
    2 * minutes,
  );

  it('explains why 4711 did not get it, for both of its devices', async () => {
    const { body } = await demo<{ outcome: string; installations: { id: string; reason: string }[] }>(
      'GET',
      `/sends/${send.id}/explain?user=4711`,
    );

    expect(body.outcome).toBe('skipped');
    expect(Object.fromEntries(body.installations.map(({ id, reason }) => [id, reason]))).toEqual({
      '4711-iphone': 'not_foreground',
      '4711-pixel': 'no_token',
    });
  });

  it(
    'does not send to the purged ones again',
    async () => {
      const { body } = await demo<SendRecord>(
        'POST',
        '/sends',
        { to: { everyone: true }, message: { title: 'Again' } },
        { prefer: 'wait=30' },
      );
      const again = await until(
        async () => (await demo<SendRecord>('GET', `/sends/${body.sendId}`)).body,
        ({ state }) => state === 'done',
        minutes,
      );

      expect(again.counts).toMatchObject({ targeted: 10_000, accepted: 9_697, failed: 0 });
      expect(again.suppressedBy).toEqual({ unsubscribed: 1, no_token: 301, not_foreground: 1 });
    },
    2 * minutes,
  );
}
