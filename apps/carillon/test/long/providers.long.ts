import { describeWithEngines } from '#libs/testing/engines';
import { Simulators } from '../crash/simulators.ts';
import { Cluster } from '../distributed/cluster.ts';
import { allProvidersStory, inSlowMotion, type KillablePlatform } from '../stories/all-providers.ts';
import { Platform } from '../support/platform.ts';
import { inForm } from './form.ts';

const phones = inForm(10_000, 200);

describe('one process', () => {
  allProvidersStory(phones, async (): Promise<KillablePlatform> => {
    const simulators = await Simulators.start(inSlowMotion.simulators);
    const platform = await Platform.start({ ...inSlowMotion.settings, SIMULATOR: `external:${simulators.url}` });
    return {
      simulators,
      url: platform.url,
      call: (...parts) => platform.call(...parts),
      simulator: (...parts) => platform.simulator(...parts),
      killAndStart: async () => {
        await platform.kill();
        await platform.run();
      },
      end: async () => {
        await platform.end();
        await simulators.end();
      },
    };
  });
});

describeWithEngines('services in processes of their own', (engines) => {
  allProvidersStory(phones, async (): Promise<KillablePlatform> => {
    const cluster = await Cluster.start(engines, {
      processes: { dispatcher: 2 },
      settings: inSlowMotion.settings,
      simulatorSettings: inSlowMotion.simulators,
    });
    return {
      simulators: cluster.simulators,
      url: cluster.url,
      call: (...parts) => cluster.call(...parts),
      simulator: (...parts) => cluster.simulator(...parts),
      killAndStart: async () => {
        await cluster.member('dispatcher').kill();
        await cluster.run();
      },
      end: () => cluster.end(),
    };
  });
});
