import { BUILT_PROVIDERS } from '#libs/kernel';
import { until } from '#libs/testing';
import { TRAITS } from '../../src/traits/traits.ts';
import { behaviourOf } from '../../src/faults/behaviour.ts';
import { RECIPES, RECIPE_NAMES } from '../../src/faults/recipes.ts';
import { runningSimulator, type Running } from '../running-simulator.ts';

interface Listed {
  readonly providers: readonly {
    readonly provider: string;
    readonly shares: readonly { readonly behaviour: string; readonly share: number }[];
  }[];
}

describe('recipes', () => {
  it.each(RECIPE_NAMES)('%s is something that every provider can do', (name) => {
    for (const provider of BUILT_PROVIDERS) {
      const behaviour = behaviourOf(RECIPES[name].behaviourOf(provider));

      expect([provider, behaviour]).toEqual([provider, expect.anything()]);
      if (behaviour?.kind === 'answer') expect([provider, TRAITS[provider].hasAnswer(behaviour.name)]).toEqual([provider, true]);
    }
  });
});

describe('POST /simulate', () => {
  let running: Running;

  beforeEach(async () => {
    running = await runningSimulator();
  });

  afterEach(() => running.stop());

  const call = (method: string, path: string, body?: object): Promise<{ status: number; body: unknown }> =>
    running.control(method, path, body);
  const sharesOf = async (provider: string) =>
    ((await call('GET', '/faults')).body as Listed).providers.find((one) => one.provider === provider)?.shares ?? [];

  it('makes faults by the name of what happens, and lists the names', async () => {
    const { body } = await call('GET', '/simulate');
    const made = await call('POST', '/simulate', { recipe: 'mass_uninstall', provider: 'fcm' });

    expect((body as { recipes: object[] }).recipes).toContainEqual({
      recipe: 'outage',
      does: expect.stringContaining('down') as string,
      share: 1,
    });
    expect(made).toMatchObject({ status: 200, body: { faults: [{ provider: 'fcm', behaviour: 'invalid', share: 0.3 }], seconds: null } });
    expect(await sharesOf('fcm')).toEqual([{ behaviour: 'invalid', share: 0.3 }]);
    expect(await sharesOf('apns')).toEqual([]);
  });

  it('takes one recipe for the one before it, and has all well again when that is said', async () => {
    await call('POST', '/simulate', { recipe: 'throttle' });
    await call('POST', '/simulate', { recipe: 'credential_revoked', provider: 'apns', share: 0.5 });
    expect(await sharesOf('apns')).toEqual([{ behaviour: 'answer:InvalidProviderToken', share: 0.5 }]);
    expect(await sharesOf('hms')).toEqual([{ behaviour: 'throttled:1', share: 1 }]);

    await call('POST', '/simulate', { recipe: 'recover' });

    for (const provider of BUILT_PROVIDERS) expect(await sharesOf(provider)).toEqual([]);
  });

  it('ends by itself after its time', async () => {
    await call('POST', '/simulate', { recipe: 'outage', provider: 'wns', seconds: 0.2 });

    await until(async () => (await sharesOf('wns')).length === 0);
  });

  it('names every problem of what it cannot make', async () => {
    const { status, body } = await call('POST', '/simulate', { recipe: 'earthquake', share: 2, more: 1 });

    expect(status).toBe(400);
    expect((body as { errors: { pointer: string }[] }).errors.map(({ pointer }) => pointer).sort()).toEqual(['/more', '/recipe', '/share']);
  });
});
