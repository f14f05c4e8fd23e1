import type { FixedClock } from '#libs/testing';
import type { ProviderStateRepository } from './provider-state.store.ts';
import type { ProviderState, ProviderStateReader } from './provider-state.ts';

export interface OpenedProviderStates {
  readonly clock: FixedClock;
  readonly states: ProviderStateRepository;
  readonly reader: ProviderStateReader;
}

/** What any store of provider states promises, to the one who writes and to those who read. */
export function providerStateRepositoryContract(adapter: string, open: () => Promise<OpenedProviderStates>): void {
  const aState = (clock: FixedClock, facts: Partial<ProviderState> = {}): ProviderState => ({
    app: 'demo',
    provider: 'fcm',
    process: 'one',
    at: clock.now(),
    health: 'down',
    detail: 'UNAVAILABLE',
    since: clock.now(),
    retryAt: clock.now() + 1_000,
    inFlight: 0,
    connections: 2,
    ratePerSecond: 10,
    parkedBatches: 3,
    ...facts,
  });

  describe(`${adapter} as a store of provider states`, () => {
    it('keeps the latest word of each process', async () => {
      const { clock, states, reader } = await open();
      await states.save([aState(clock), aState(clock, { process: 'two' })]);
      const latest = aState(clock, { health: 'ok', detail: null });
      await states.save([latest]);

      const found = await reader.ofApp('demo');

      expect(found).toHaveLength(2);
      expect(found.find(({ process }) => process === 'one')).toEqual(latest);
      expect(await reader.ofApp('other')).toEqual([]);
    });

    it('leaves out what was said more than a minute ago', async () => {
      const { clock, states, reader } = await open();
      await states.save([aState(clock)]);

      clock.advance(59_999);
      expect(await reader.ofApp('demo')).toHaveLength(1);
      clock.advance(1);
      expect(await reader.ofApp('demo')).toEqual([]);
    });

    it('drops what was said before an instant', async () => {
      const { clock, states, reader } = await open();
      await states.save([aState(clock, { process: 'old' })]);
      clock.advance(10);
      await states.save([aState(clock, { process: 'new' })]);

      await states.dropBefore(clock.now());

      expect((await reader.ofApp('demo')).map(({ process }) => process)).toEqual(['new']);
    });
  });
}
