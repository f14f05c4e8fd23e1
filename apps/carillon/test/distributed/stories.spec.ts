import { describeWithEngines } from '#libs/engines';
import { ownershipStories } from '../stories/ownership.ts';
import { tenThousandStories } from '../stories/ten-thousand.ts';
import { running } from '../support/running.ts';
import { Cluster } from './cluster.ts';

describeWithEngines('services in processes of their own', (engines) => {
  const cluster = running(() => Cluster.start(engines, { settings: { CARILLON_DEMO: 'true' } }));

  describe('who a push is for', () => {
    ownershipStories(cluster);
  });

  describe('a send to ten thousand phones', () => {
    tenThousandStories(cluster);
  });
});
