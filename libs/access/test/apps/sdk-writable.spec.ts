import { defaultSettings } from '../../src/apps/app-settings.ts';
import { SDK_WRITABLE, sdkMayWrite, type SdkWritable } from '../../src/apps/sdk-writable.ts';

describe('what an SDK may write', () => {
  const writable: SdkWritable[] = ['installation.tags:news_*', 'installation.tags:beta', 'user.attributes'];

  it.each([
    ['installation.tags', 'news_sport', true],
    ['installation.tags', 'beta', true],
    ['installation.tags', 'beta2', false],
    ['installation.tags', 'vip', false],
    ['installation.tags', undefined, false],
    ['user.attributes', 'city', true],
    ['user.tags', 'news_sport', false],
    ['user.subscription', undefined, false],
  ] as const)('%s %s: %s', (field, name, allowed) => {
    expect(sdkMayWrite(writable, field, name)).toBe(allowed);
  });

  it('is, at first, what describes the phone and the wish to hear nothing more, and no tag', () => {
    const usual = defaultSettings.sdkWritable;

    expect(sdkMayWrite(usual, 'installation.tags', 'vip')).toBe(false);
    expect(sdkMayWrite(usual, 'installation.attributes', 'plan')).toBe(true);
    expect(sdkMayWrite(usual, 'user.subscription')).toBe(true);
    expect(sdkMayWrite(usual, 'user.tags', 'vip')).toBe(false);
    expect(sdkMayWrite(usual, 'user.attributes', 'city')).toBe(false);
  });

  it.each(['user.subscription:x', 'installation.name', 'installation.tags:', 'installation.tags:a b', 'tags'])(
    'is not said by %s',
    (entry) => {
      expect(SDK_WRITABLE.test(entry)).toBe(false);
    },
  );
});
