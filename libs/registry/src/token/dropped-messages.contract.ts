import { app, fingerprintOf, Registry, type OpenRegistry } from '../opened-registry.contract.ts';

const day = 86_400_000;
const windows = { platform: 'windows', provider: 'wns', permission: 'granted' } as const;

/** R49: a provider that never calls a token dead, and drops what is sent to it. */
export function droppedMessagesContract(adapter: string, open: OpenRegistry) {
  async function windowsPc() {
    const registry = new Registry(await open());
    await registry.start('pc', 'channel', windows);
    const { clock } = registry.opened;
    const note = async (word: 'dropped' | 'received', facts: object = {}) => {
      const { tokenConfirmedAt: confirmedAt } = await registry.installation('pc');
      const condition = { fingerprint: fingerprintOf('channel'), invalidSince: null, confirmedAt: confirmedAt ?? 0, ...facts };
      return registry.noteDroppedMessages.execute(app, 'pc', condition, { word, sendId: 's1' });
    };
    const since = async () => (await registry.installation('pc')).droppedSince;
    return { registry, clock, note, since };
  }

  describe(`Dropped messages on ${adapter}`, () => {
    it('R49: since the first that is dropped, which those after it do not move', async () => {
      const { clock, note, since } = await windowsPc();
      const first = clock.now();

      expect(await since()).toBeNull();
      expect(await note('dropped')).toBe('begun');
      clock.advance(day);
      expect(await note('dropped')).toBe('kept');
      expect(await since()).toBe(first);
    });

    it('R49: 30 days of nothing else and the app is uninstalled since the first of them: the token goes with its reason', async () => {
      const { registry, clock, note, since } = await windowsPc();
      const first = clock.now();
      await note('dropped');

      clock.advance(30 * day - 1);
      expect(await note('dropped')).toBe('kept');
      expect(await registry.installation('pc')).toMatchObject({ tokenFingerprint: fingerprintOf('channel'), uninstalledAt: null });
      clock.advance(1);
      expect(await note('dropped')).toBe('uninstalled');
      expect(await note('dropped')).toBe('kept');

      expect(await registry.installation('pc')).toMatchObject({
        ...{ token: null, tokenLostReason: 'dropped_for_30_days', uninstalledAt: first, droppedSince: null },
      });
      const [line] = (await registry.opened.ledger.ofInstallation(app, 'pc', 1)).items;
      expect(line).toMatchObject({ event: 'invalidated', reason: 'dropped_for_30_days', provider: 'wns', sendId: 's1' });
      const told = (await registry.opened.published()).filter(({ type }) => type === 'token.removed.v1');
      expect(told.map(({ data }) => data)).toEqual([
        ...[
          {
            app,
            installationId: 'pc',
            provider: 'wns',
            fingerprint: fingerprintOf('channel'),
            reason: 'dropped_for_30_days',
            sendId: 's1',
          },
        ],
      ]);
      await registry.start('pc', 'channel', windows);
      expect(await registry.installation('pc')).toMatchObject({ tokenFingerprint: fingerprintOf('channel'), uninstalledAt: null });
      expect(await since()).toBeNull();
    });

    it('R49: one that is received ends it, and the 30 days begin again', async () => {
      const { registry, clock, note, since } = await windowsPc();
      await note('dropped');
      clock.advance(29 * day);

      expect(await note('received')).toBe('ended');
      expect(await note('received')).toBe('kept');
      expect(await since()).toBeNull();
      clock.advance(2 * day);
      expect(await note('dropped')).toBe('begun');
      expect((await registry.installation('pc')).token).not.toBeNull();
    });

    it.each([
      ['a session, also one that shows no token', (registry: Registry) => registry.start('pc', undefined, windows)],
      ['the channel, shown by the device again', (registry: Registry) => registry.start('pc', 'channel', windows)],
      [
        'a new channel, whoever shows it',
        (registry: Registry) => registry.start('pc', 'newer', windows, { by: 'server', startsSession: false }),
      ],
    ])('R49: %s ends it', async (_, show) => {
      const { registry, note, since } = await windowsPc();
      await note('dropped');

      await show(registry);

      expect(await since()).toBeNull();
    });

    it('R49: that a server shows the same channel again is no sign of the app', async () => {
      const { registry, clock, note, since } = await windowsPc();
      const first = clock.now();
      await note('dropped');
      clock.advance(15 * day);

      await registry.start('pc', 'channel', windows, { by: 'server', startsSession: false });

      expect(await since()).toBe(first);
      clock.advance(15 * day);
      expect(await note('dropped')).toBe('uninstalled');
    });

    it('R46: says nothing of another token, nor of one that was confirmed since', async () => {
      const { registry, clock, note, since } = await windowsPc();
      const { tokenConfirmedAt: confirmedAt } = await registry.installation('pc');
      clock.advance(1_000);
      await registry.start('pc', 'channel', windows);

      expect(await note('dropped', { fingerprint: fingerprintOf('older') })).toBe('kept');
      expect(await note('dropped', { confirmedAt })).toBe('kept');
      expect(await since()).toBeNull();
    });

    it('R49: recipients of messages are told apart by it', async () => {
      const { registry, note } = await windowsPc();
      const isDropped = async () =>
        (await registry.opened.installations.readRecipients({ app, ids: ['pc'], extras: new Set() })).at(0)?.isDropped;

      expect(await isDropped()).toBe(false);
      await note('dropped');
      expect(await isDropped()).toBe(true);
      await note('received');
      expect(await isDropped()).toBe(false);
    });
  });
}
