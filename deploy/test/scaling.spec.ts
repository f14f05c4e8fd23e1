import { services } from '#apps/carillon';
import { BUILT_PROVIDERS } from '#libs/kernel';
import { batchPlannedV1 } from '#libs/events';
import type { IScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject';
import type { IDeployment } from 'kubernetes-models/apps/v1/Deployment';
import type { IHorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import type { z } from 'zod';
import { titleOf, type ManifestOf } from './kustomize/manifest.ts';
import { consumerGroups } from './support/consumer-groups.ts';
import { ofKind } from './support/environments.ts';
import { containerOf, podsOf } from './support/workloads.ts';

const production = 'k8s/overlays/production';

type Scaled = ManifestOf<IScaledObject>;
const scaled = ofKind(production, 'ScaledObject') as readonly Scaled[];
const triggersOf = ({ spec }: Scaled) => spec.triggers.map(({ metadata }) => metadata as Record<string, string | undefined>);
const serviceOf = ({ spec }: Scaled) => {
  const target = podsOf(production).find(({ owner }) => titleOf(owner) === `Deployment ${spec.scaleTargetRef.name}`);
  return target && /apps\/(\w+)\//.exec(containerOf(target).args?.[0] ?? '')?.[1];
};

/** A group of its own in a service's process: it may be behind without holding up the rest. */
const partOf = (service: string | undefined) => (service === 'feedback' ? 'webhooks' : undefined);

const defaultOf = (service: string, setting: string): number => {
  const schema = services.find(({ name }) => name === service)?.settings.shape[setting] as z.ZodType | undefined;
  return Number(schema?.parse(undefined));
};

describe('scaling on what waits', () => {
  it.each(scaled.map((object) => [titleOf(object), object] as const))(
    '%s looks at groups that its service has, and their topics',
    (_title, object) => {
      const prefix =
        ofKind(production, 'ConfigMap')
          .flatMap(({ data }) => data?.['KAFKA_TOPIC_PREFIX'] ?? [])
          .at(0) ?? '';
      const own = consumerGroups.filter(({ service }) => [serviceOf(object), partOf(serviceOf(object))].includes(service));
      const known = own.map(({ name, topic }) => ({ consumerGroup: `${prefix}${name}`, topic: `${prefix}${topic}` }));

      for (const { consumerGroup, topic } of triggersOf(object)) expect(known).toContainEqual({ consumerGroup, topic });
    },
  );

  it.each(scaled.map((object) => [titleOf(object), object] as const))(
    '%s asks for no process that would have nothing to read',
    (_title, object) => {
      const read = consumerGroups.filter(({ topic }) => triggersOf(object).some((trigger) => trigger['topic'] === topic));

      expect(read.length).toBeGreaterThan(0);
      expect(object.spec.maxReplicaCount).toBeLessThanOrEqual(Math.min(...read.map(({ partitions }) => partitions)));
      expect(object.spec.minReplicaCount).toBeGreaterThanOrEqual(2);
    },
  );

  it('looks at both lanes of every provider that is built', () => {
    const dispatcher = scaled.find((object) => serviceOf(object) === 'dispatcher');
    const wanted = batchPlannedV1.topics.filter((topic) =>
      BUILT_PROVIDERS.some((provider) => topic.startsWith(`push.dispatch.${provider}.`)),
    );

    expect((dispatcher ? triggersOf(dispatcher) : []).map(({ topic }) => topic).sort()).toEqual(wanted.sort());
  });

  it('reaches its most processes with what one send may have open', () => {
    const open = defaultOf('campaign', 'OPEN_BATCHES_PER_PROVIDER');
    const dispatchers = scaled.filter((object) => serviceOf(object) === 'dispatcher');
    const needed = dispatchers.flatMap((object) =>
      triggersOf(object).map(({ lagThreshold }) => Number(lagThreshold) * (object.spec.maxReplicaCount ?? 0)),
    );

    expect(needed.length).toBeGreaterThan(0);
    expect(Math.max(...needed)).toBeLessThanOrEqual(open);
  });
});

describe('the number of processes', () => {
  it('is left to whoever scales them: a manifest that names it too would set it back with every roll-out', () => {
    const scalers = ofKind(production, 'HorizontalPodAutoscaler') as readonly ManifestOf<IHorizontalPodAutoscaler>[];
    const byCpu = scalers.map(({ spec }) => spec.scaleTargetRef.name);
    const byLag = scaled.map(({ spec }) => spec.scaleTargetRef.name);
    const deployments = ofKind(production, 'Deployment') as readonly ManifestOf<IDeployment>[];
    const fixed = deployments.filter(({ spec }) => spec.replicas !== undefined).map(({ metadata }) => metadata.name);

    expect(byCpu).toEqual(['carillon-api']);
    expect([...byCpu, ...byLag, ...fixed].sort()).toEqual(deployments.map(({ metadata }) => metadata.name).sort());
  });
});
