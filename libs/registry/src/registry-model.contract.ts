import fc from 'fast-check';
import { registryCommands } from '../test/model/commands.ts';
import { History } from '../test/model/history.ts';
import { ModelRegistry } from '../test/model/model-registry.ts';
import { RegistryModel } from '../test/model/registry-model.ts';
import { app, fingerprintOf, type OpenRegistry } from './opened-registry.contract.ts';
import { DEFAULT_REGISTRY_SETTINGS } from './registry-settings.ts';

/** A registration that moves a token makes fewer storage calls than these; what comes after the last comes after its answer. */
const callsOfRegistration = 12;

/** Random histories, told to the operations and to a model of the rules: after every step both look the same. */
export function registryModelContract(adapter: string, open: OpenRegistry, numRuns: number): void {
  const settings = fc.record({
    onUserChange: fc.constantFrom('clear' as const, 'keep' as const),
    optInWhenAuthorized: fc.boolean(),
    optInOverridesUnsubscribe: fc.boolean(),
  });

  describe(`The registry on ${adapter}, beside its model`, () => {
    it('looks as the rules say after every step of a random history, races included', async () => {
      await fc.assert(
        fc.asyncProperty(settings, fc.commands([...registryCommands], { maxCommands: 40, size: 'max' }), async (chosen, commands) => {
          const chosenSettings = { ...DEFAULT_REGISTRY_SETTINGS, ...chosen };
          const real = new ModelRegistry(await open(), chosenSettings);
          const model = new History(new RegistryModel(chosenSettings));
          await fc.asyncModelRun(() => ({ model, real }), commands);
          await model.expectPast(real);
        }),
        { numRuns },
      );
    }, 300_000);

    it.each([
      { holder: 'd2', claimant: 'd1', by: 'server', ends: ['d1', 'd2', 'd2 imported'] },
      { holder: 'd2', claimant: 'd1', by: 'sdk', ends: ['d1', 'd2'] },
      { holder: 'd1', claimant: 'd2', by: 'server', ends: ['d2', 'd1 imported'] },
      { holder: 'd1', claimant: 'd2', by: 'sdk', ends: ['d2', 'd1'] },
    ] as const)(
      'P3: $holder shows its token again by $by, before any call of $claimant, which claims it',
      async ({ holder, claimant, by, ends }) => {
        const seen = new Set<string>();
        for (let call = 0; call < callsOfRegistration; call += 1) {
          const real = new ModelRegistry(await open(), DEFAULT_REGISTRY_SETTINGS);
          const history = new History(new RegistryModel(DEFAULT_REGISTRY_SETTINGS));
          const show = { kind: 'register', token: 'fcm-t2', provider: 'fcm', verified: false } as const;
          await history.take({ ...show, device: holder, by: 'sdk' }, real);
          real.opened.clock.advance(1_000);

          await history.overtake([{ ...show, device: claimant, by: 'sdk' }, { ...show, device: holder, by }], call, real); // prettier-ignore

          const found = await real.opened.installations.findByFingerprint(app, 'fcm', fingerprintOf('fcm-t2'));
          seen.add(`${found?.id ?? 'nobody'}${found?.tokenImported ? ' imported' : ''}`);
        }
        expect([...seen]).toEqual(ends);
      },
    );
  });
}
