import { tenThousandStories } from './stories/ten-thousand.ts';
import { Platform } from './support/platform.ts';
import { running } from './support/running.ts';

describe('a send to ten thousand phones', () => {
  tenThousandStories(running(() => Platform.start()));
});
