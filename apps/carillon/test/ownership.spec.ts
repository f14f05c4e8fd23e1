import { liveStories } from './stories/live.ts';
import { ownershipStories } from './stories/ownership.ts';
import { providerStories } from './stories/providers.ts';
import { Platform } from './support/platform.ts';
import { running } from './support/running.ts';

describe('one process', () => {
  const platform = running(() => Platform.start({ CARILLON_DEMO: 'false' }));

  describe('who a push is for', () => {
    ownershipStories(platform);
  });

  describe('the live stream of a send', () => {
    liveStories(platform);
  });

  describe('providers', () => {
    providerStories(platform);
  });
});
