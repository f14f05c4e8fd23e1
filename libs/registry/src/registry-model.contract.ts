import fc from 'fast-check';
import { registryCommands } from '../test/model/commands.ts';
import { History } from '../test/model/history.ts';
import { ModelRegistry } from '../test/model/model-registry.ts';
import { Neighbour } from '../test/model/neighbour.ts';
import { RegistryModel } from '../test/model/registry-model.ts';
import type { OpenRegistry } from './opened-registry.contract.ts';
import { DEFAULT_REGISTRY_SETTINGS } from './registry-settings.ts';

/** Random histories, told to the operations and to a model of the rules: after every step both look the same. `withinMs`: how long all of them may take. */
export function registryModelContract(adapter: string, open: OpenRegistry, numRuns: number, withinMs = 300_000): void {
  const settings = fc.record({
    onUserChange: fc.constantFrom('clear' as const, 'keep' as const),
    optInWhenAuthorized: fc.boolean(),
    optInOverridesUnsubscribe: fc.boolean(),
  });

  describe(`The registry on ${adapter}, beside its model`, () => {
    it(
      'looks as the rules say after every step of a random history, races included',
      async () => {
        await fc.assert(
          fc.asyncProperty(settings, fc.commands([...registryCommands], { maxCommands: 40, size: 'max' }), async (chosen, commands) => {
            const chosenSettings = { ...DEFAULT_REGISTRY_SETTINGS, ...chosen };
            const real = new ModelRegistry(await open(), chosenSettings);
            const neighbour = await Neighbour.settle(real);
            const model = new History(new RegistryModel(chosenSettings));
            await fc.asyncModelRun(() => ({ model, real }), commands);
            await model.expectPast(real);
            await neighbour.expectUntouched();
          }),
          { numRuns },
        );
      },
      withinMs,
    );
  });
}
