import { BUILT_PROVIDERS } from '#libs/kernel';
import { PLATFORMS, type InstallationRepository } from '#libs/registry';
import { DemoPhones } from '../../src/demo/demo-phones.ts';
import { DEMO_INSTALLATIONS, demoInstallations } from '../../src/demo/demo-population.ts';

describe('the demo’s population', () => {
  const all = [...demoInstallations()];

  it('is ten thousand installations with ids and tokens of their own', () => {
    expect(all).toHaveLength(DEMO_INSTALLATIONS);
    expect(new Set(all.map(({ id }) => id)).size).toBe(DEMO_INSTALLATIONS);
    expect(new Set(all.map(({ token }) => token)).size).toBe(DEMO_INSTALLATIONS);
  });

  it('is 40 % French, and 3 % dead in several ways', () => {
    const french = all.filter(({ locale }) => locale.startsWith('fr')).length;
    const dead = all.filter(({ death }) => death !== null);

    expect(french / all.length).toBeCloseTo(0.4, 2);
    expect(dead).toHaveLength(300);
    expect(new Set(dead.map(({ provider }) => provider))).toEqual(new Set(BUILT_PROVIDERS));
  });

  it('stands on every platform that there is, with every provider, some of each dead and most alive', () => {
    const kinds = Map.groupBy(all, ({ platform, provider }) => `${platform} ${provider}`);

    expect(new Set(kinds.keys())).toEqual(
      new Set([
        ...['ios', 'ipados', 'macos', 'watchos', 'tvos', 'visionos'].map((platform) => `${platform} apns`),
        ...['windows wns', 'fireos adm', 'kindle adm', 'android fcm', 'harmonyos hms', 'android baidu', 'web webpush'],
      ]),
    );
    expect(new Set(all.map(({ platform }) => platform))).toEqual(new Set(PLATFORMS));
    for (const phones of kinds.values()) {
      const dead = phones.filter(({ death }) => death !== null).length;
      expect(phones.length).toBeGreaterThanOrEqual(99);
      expect(dead).toBeGreaterThan(0);
      expect(dead).toBeLessThan(phones.length / 10);
    }
  });

  it('shows a dozen on the page, of every provider and every platform of the mission, two of them dead', () => {
    const shown = new Set(new DemoPhones({} as InstallationRepository).tokens().values());
    const dozen = all.filter(({ id }) => shown.has(id));

    expect(dozen).toHaveLength(12);
    expect(new Set(dozen.map(({ provider }) => provider))).toEqual(new Set(BUILT_PROVIDERS));
    expect(new Set(dozen.map(({ platform }) => platform))).toEqual(
      new Set(['ios', 'macos', 'watchos', 'tvos', 'android', 'windows', 'web', 'fireos', 'harmonyos']),
    );
    expect(dozen.filter(({ death }) => death !== null)).toHaveLength(2);
  });
});
