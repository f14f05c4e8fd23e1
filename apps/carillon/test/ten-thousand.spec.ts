import { tenThousandStories } from './stories/ten-thousand.ts';
import { Platform } from './support/platform.ts';

describe('a send to ten thousand phones', () => {
  tenThousandStories(() => Platform.start());
});
