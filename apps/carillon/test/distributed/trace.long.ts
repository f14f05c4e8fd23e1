import { describeWithEngines } from '#libs/testing/engines';
import { traceStories } from '../stories/trace.ts';
import { Cluster } from './cluster.ts';

describeWithEngines('the trace of a send through services in processes of their own', (engines) => {
  traceStories(
    (settings) => Cluster.start(engines, { settings }),
    ['carillon', 'carillon-campaign', 'carillon-dispatcher', 'carillon-feedback'],
  );
});
