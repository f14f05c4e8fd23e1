import { BUILT_PROVIDERS } from '#libs/kernel';
import type { InstallationRepository } from '#libs/registry';
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

  it('stands on every platform whose provider is built', () => {
    expect(new Set(all.map(({ platform, provider }) => `${platform} ${provider}`))).toEqual(
      new Set([
        'ios apns',
        'ipados apns',
        'macos apns',
        'windows wns',
        'fireos adm',
        'android fcm',
        'web webpush',
        'harmonyos hms',
        'android baidu',
      ]),
    );
  });

  it('shows a dozen on the page, of every provider, two of them dead', () => {
    const shown = new Set(new DemoPhones({} as InstallationRepository).tokens().values());
    const dozen = all.filter(({ id }) => shown.has(id));

    expect(dozen).toHaveLength(12);
    expect(new Set(dozen.map(({ provider }) => provider))).toEqual(new Set(BUILT_PROVIDERS));
    expect(dozen.filter(({ death }) => death !== null)).toHaveLength(2);
  });
});
