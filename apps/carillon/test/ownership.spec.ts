import { ownershipStories } from './stories/ownership.ts';
import { Platform } from './support/platform.ts';

describe('who a push is for', () => {
  ownershipStories(() => Platform.start({ CARILLON_DEMO: 'false' }));
});
