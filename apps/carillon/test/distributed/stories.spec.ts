import { describeWithEngines } from '#libs/engines';
import { ownershipStories } from '../stories/ownership.ts';
import { tenThousandStories } from '../stories/ten-thousand.ts';
import { Cluster } from './cluster.ts';

describeWithEngines('services in processes of their own', (engines) => {
  describe('who a push is for', () => {
    ownershipStories(() => Cluster.start(engines));
  });

  describe('a send to ten thousand phones', () => {
    tenThousandStories(() => Cluster.start(engines, { settings: { CARILLON_DEMO: 'true' } }));
  });
});
