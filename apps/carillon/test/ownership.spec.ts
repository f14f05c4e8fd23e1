import { ownershipStories } from './stories/ownership.ts';
import { Platform } from './support/platform.ts';
import { running } from './support/running.ts';

describe('who a push is for', () => {
  ownershipStories(running(() => Platform.start({ CARILLON_DEMO: 'false' })));
});
