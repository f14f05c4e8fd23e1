import fc from 'fast-check';
import { registryCommands } from '../test/model/commands.ts';
import { History } from '../test/model/history.ts';
import { ModelRegistry } from '../test/model/model-registry.ts';
import { RegistryModel } from '../test/model/registry-model.ts';
import { ReplayedActivity } from '../test/model/replayed-activity.ts';
import { readRegistry } from '../test/model/view.ts';
import { app, type OpenRegistry } from './opened-registry.contract.ts';
import { DEFAULT_REGISTRY_SETTINGS } from './registry-settings.ts';

/** An import tells that it is done, not of each of its lines. */
const silent = ['import'] as const;

/** A random day of operations, races and deaths of workers included: who only heard the facts knows what the store has. */
export function activityEqualsLedgerContract(adapter: string, open: OpenRegistry, numRuns: number): void {
  describe(`Facts of the registry on ${adapter}`, () => {
    it('told to an empty model make it equal to the store, after any history', async () => {
      await fc.assert(
        fc.asyncProperty(fc.commands([...registryCommands], { maxCommands: 40, size: 'max' }), async (commands) => {
          const real = new ModelRegistry(await open(), DEFAULT_REGISTRY_SETTINGS);
          await fc.asyncModelRun(() => ({ model: new History(new RegistryModel(DEFAULT_REGISTRY_SETTINGS), silent), real }), commands);

          const replayed = new ReplayedActivity();
          for (const fact of await real.opened.published()) replayed.tell(fact);

          const { installations } = await readRegistry(real);
          const stored = Object.entries(installations).map(
            ([id, { userId, provider, tokenFingerprint, permission, notificationsEnabled }]) => [
              id,
              {
                userId,
                provider: tokenFingerprint === null ? null : provider,
                fingerprint: tokenFingerprint,
                permission,
                notificationsEnabled,
              },
            ],
          );
          expect(replayed.installations()).toEqual(Object.fromEntries(stored));
          for (const { userId } of Object.values(installations)) {
            const user = await real.opened.users.findById(app, userId);
            expect({ userId, subscription: replayed.subscriptionOf(userId) }).toEqual({
              userId,
              subscription: user?.subscription ?? 'subscribed',
            });
          }
        }),
        { numRuns },
      );
    }, 300_000);
  });
}
