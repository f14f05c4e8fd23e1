import { eachProviderStories } from './stories/each-provider.ts';
import { tenThousandStories } from './stories/ten-thousand.ts';
import { Platform } from './support/platform.ts';
import { running } from './support/running.ts';

describe('a platform in one process', () => {
  const platform = running(() => Platform.start({ RETRY_BASE_CREDENTIALS: '500' }));

  describe('a send to ten thousand phones', () => {
    tenThousandStories(platform);
  });

  describe('each provider', () => {
    eachProviderStories(platform);
  });
});
