import { previewStories } from './stories/previews.ts';
import { trialStories } from './stories/trials.ts';
import { Platform } from './support/platform.ts';
import { running } from './support/running.ts';

describe('one process', () => {
  const platform = running(() => Platform.start({ CARILLON_DEMO: 'false' }));

  describe('a message that is tried', () => {
    trialStories(platform);
  });

  describe('a message that is looked at', () => {
    previewStories(platform);
  });
});
