import type { Simulators } from '../crash/simulators.ts';
import { registerCrowd } from '../support/crowd.ts';
import { until, type RunningPlatform } from '../support/platform.ts';
import { running } from '../support/running.ts';
import { Shop, addUp, type SendRecord } from '../support/shop.ts';

const minutes = 60_000;
const installations = 1_000;
const firstAccepted = 100;

/** Simulators slow enough for a backup in the middle of a send. */
export const slowSimulators = { SIMULATOR_LATENCY_MS: '300', SIMULATOR_FCM_DEVICE_PER_MINUTE: '0' };
/** So that a send goes out in many steps. */
export const smallWindows = { DISPATCH_WINDOW: '50' };

/** A platform that can be backed up and restored, as docs/operations.md says. */
export interface RestorablePlatform extends RunningPlatform {
  readonly simulators: Simulators;
  /** While it is in use. */
  backUp(): Promise<void>;
  /** Everything ends where it stands, and comes back from the backup, held. */
  restore(): Promise<void>;
}

export function restoredStory(start: () => Promise<RestorablePlatform>): void {
  const restorable = running(start);

  it(
    'comes up held, with the send that the backup found in the middle paused, and goes on when a person says so',
    async () => {
      const platform = restorable();
      const { simulators } = platform;
      const acceptedAre = async (atLeast: number) => until(() => simulators.accepted(), (accepted) => accepted >= atLeast, minutes); // prettier-ignore
      const shop = await Shop.open(platform, 'shop');
      await registerCrowd(shop, 'phone', installations);
      const { body: asked } = await shop.send({ to: { everyone: true }, message: { title: 'Bells' } }, 0);
      await acceptedAre(firstAccepted);
      await platform.backUp();
      await acceptedAre((await simulators.accepted()) + 1);

      await platform.restore();
      await simulators.emptyRecord();
      const held = await shop.call<SendRecord & { stateReason: string }>('GET', `/sends/${asked.sendId}`);
      expect(held.body).toMatchObject({ state: 'paused', stateReason: 'restored' });
      expect(held.body.counts.remaining).toBeGreaterThan(0);
      const { body: system } = await platform.call<{ held: object | null }>('GET', '/v1/system');
      expect(system.held).toMatchObject({ reason: 'restored' });
      const { body: waits } = await shop.send({ to: { installations: ['phone-1'] }, message: { title: 'New' } }, 0);
      const why = async () =>
        (await shop.call<{ reason: string }>('GET', `/sends/${waits.sendId}/explain?installation=phone-1`)).body.reason;
      await until(why, (reason) => reason === 'held', minutes);
      expect(await simulators.record()).toEqual([]);

      await platform.call('POST', '/v1/system/release');
      expect(await shop.finished(waits.sendId, minutes)).toMatchObject({ state: 'done', counts: { accepted: 1 } });
      expect((await simulators.record()).filter(({ send }) => send === asked.sendId)).toEqual([]);

      await shop.call('POST', `/sends/${asked.sendId}/resume`);
      const { state, counts } = await shop.finished(asked.sendId, 2 * minutes);
      expect(state).toBe('done');
      expect(counts).toMatchObject({ targeted: installations, accepted: installations, remaining: 0 });
      expect(addUp(counts)).toBe(true);
    },
    8 * minutes,
  );
}
