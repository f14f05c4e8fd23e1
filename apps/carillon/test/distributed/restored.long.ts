import { describeWithEngines, type EngineAddresses } from '#libs/testing/engines';
import { restoredStory, slowSimulators, smallWindows, type RestorablePlatform } from '../stories/restored.ts';
import { Cluster } from './cluster.ts';
import { DatabaseCopy } from './database-copy.ts';

async function start(engines: EngineAddresses): Promise<RestorablePlatform> {
  const cluster = await Cluster.start(engines, { settings: smallWindows, simulatorSettings: slowSimulators });
  let backup: DatabaseCopy | undefined;
  return {
    simulators: cluster.simulators,
    url: cluster.url,
    call: (...parts) => cluster.call(...parts),
    simulator: (...parts) => cluster.simulator(...parts),
    backUp: async () => {
      cluster.signal('SIGSTOP'); // one point in time
      backup = await DatabaseCopy.of(cluster.space);
      cluster.signal('SIGCONT');
    },
    restore: async () => {
      await cluster.kill();
      await backup?.restore(cluster.space);
      await startRestored(cluster);
    },
    end: () => cluster.end(),
  };
}

/** As docs/operations.md says: on topics that are empty, `campaign` with `--restored`, then everybody without. */
async function startRestored(cluster: Cluster): Promise<void> {
  const emptyTopics = { KAFKA_TOPIC_PREFIX: `${cluster.topicPrefix}restored.` };
  await cluster.member('campaign').run(emptyTopics, ['--restored']);
  await cluster.run(emptyTopics);
}

describeWithEngines('services in processes of their own that start from a backup', (engines) => {
  restoredStory(() => start(engines));
});
