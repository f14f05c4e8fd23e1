import { uninstallProbeStories } from './stories/uninstall-probes.ts';
import { Platform } from './support/platform.ts';
import { running } from './support/running.ts';

describe('one process', () => {
  const platform = running(() => Platform.start({ CARILLON_DEMO: 'false' }));

  describe('a silent probe (R49)', () => {
    uninstallProbeStories(platform);
  });
});
