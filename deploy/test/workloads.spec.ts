import { platformSettings } from '#libs/service';
import type { IPodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import type { IService } from 'kubernetes-models/v1/Service';
import { readFileSync } from 'node:fs';
import { titleOf, type ManifestOf } from './kustomize/manifest.ts';
import { environments, objectsOf, ofKind, overlays } from './support/environments.ts';
import { containerOf, isOurs, podsOf, selects, type Pods, type Selector } from './support/workloads.ts';

/** What `SIGTERM` gives a process to end in (docs/deployment.md). */
const drainSeconds = 10;

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
const deploymentsOf = (folder: (typeof environments)[number]): readonly Pods[] =>
  podsOf(folder).filter(({ owner: { kind } }) => kind === 'Deployment');

describe.each(environments)('every Deployment of %s', (folder) => {
  const deployments = deploymentsOf(folder);

  it.each(deployments.map((pods) => [titleOf(pods.owner), pods] as const))('%s is probed on ports that it has', (_title, pods) => {
    const { startupProbe, livenessProbe, readinessProbe, ports = [] } = containerOf(pods);
    const probed = [startupProbe, livenessProbe, readinessProbe].map((probe) => probe?.httpGet);

    expect(probed.map((get) => get?.path)).toEqual([
      '/healthz',
      '/healthz',
      pods.labels['app.kubernetes.io/name'] === 'carillon' ? '/readyz' : '/healthz',
    ]);
    expect(ports.map(({ name }) => name)).toEqual(expect.arrayContaining(probed.map((get) => get?.port)));
  });

  it.each(deployments.map((pods) => [titleOf(pods.owner), pods] as const))(
    '%s ends after its drain, and after its endpoints are gone',
    (_title, { spec, ...pods }) => {
      const endpointsGone = containerOf({ spec, ...pods }).lifecycle?.preStop?.sleep?.seconds ?? 0;

      expect(endpointsGone).toBeGreaterThanOrEqual(5);
      expect(spec.terminationGracePeriodSeconds).toBeGreaterThan(endpointsGone + drainSeconds);
    },
  );

  it.each(deployments.map((pods) => [titleOf(pods.owner), pods] as const))(
    '%s has a budget of disruptions and is spread',
    (_title, pods) => {
      const budgets = (ofKind(folder, 'PodDisruptionBudget') as readonly ManifestOf<IPodDisruptionBudget>[]).filter(({ spec }) =>
        selects(spec.selector as Selector, pods.labels),
      );
      const spread = pods.spec.topologySpreadConstraints ?? [];

      expect(budgets).toHaveLength(1);
      expect(spread.map(({ topologyKey }) => topologyKey)).toContain('kubernetes.io/hostname');
      expect(spread.every(({ labelSelector }) => selects(labelSelector as Selector, pods.labels))).toBe(true);
    },
  );

  it.each(deployments.map((pods) => [titleOf(pods.owner), pods] as const))(
    '%s selects its own pods, and nobody else’s',
    (_title, { owner }) => {
      const selector = owner.spec?.['selector'] as Selector;

      expect(
        podsOf(folder)
          .filter(({ labels }) => selects(selector, labels))
          .map((pods) => pods.owner),
      ).toEqual([owner]);
    },
  );
});

describe.each(environments)('every pod of %s', (folder) => {
  it.each(podsOf(folder).map((pods) => [titleOf(pods.owner), pods] as const))(
    '%s asks for what it needs, and gets no more than its limit',
    (_title, pods) => {
      const { requests = {}, limits = {} } = containerOf(pods).resources ?? {};

      expect(Object.keys(requests).sort()).toEqual(['cpu', 'memory']);
      expect(Object.keys(limits).sort()).toEqual(['cpu', 'memory']);
    },
  );

  it.each(podsOf(folder).map((pods) => [titleOf(pods.owner), pods] as const))('%s has no rights that it does not need', (_title, pods) => {
    const { spec } = pods;
    const { securityContext: own } = containerOf(pods);

    expect(spec).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    });
    expect(own).toMatchObject({ allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } });
    if (isOurs(pods)) expect(own?.readOnlyRootFilesystem).toBe(true);
  });
});

describe.each(environments)('a process of %s that waits for its engines', (folder) => {
  const waiting = deploymentsOf(folder).filter(({ labels }) => labels['app.kubernetes.io/name'] === 'carillon');

  it.each(waiting.map((pods) => [titleOf(pods.owner), pods] as const))(
    '%s gives up by itself, and says why, before it is killed',
    (_title, pods) => {
      const { periodSeconds = 10, failureThreshold = 3 } = containerOf(pods).startupProbe ?? {};

      expect(periodSeconds * failureThreshold).toBeGreaterThan(platformSettings.shape.START_DEADLINE.parse(undefined));
    },
  );
});

describe.each(overlays)('what %s runs', (folder) => {
  it('are images of a version', () => {
    const images = podsOf(folder).map((pods) => containerOf(pods).image ?? '');

    expect(images.filter((image) => !/:[\w.-]+$/.test(image) || image.endsWith(':latest'))).toEqual([]);
  });

  it('carries the labels that tools look for', () => {
    const unlabelled = objectsOf(folder).filter(
      ({ kind, metadata: { labels = {} } }) =>
        labels['app.kubernetes.io/instance'] === undefined ||
        (kind !== 'ConfigMap' && kind !== 'Secret' && labels['app.kubernetes.io/name'] === undefined),
    );

    expect(unlabelled.map(titleOf)).toEqual([]);
  });

  it('is reached by Services that lead somewhere', () => {
    const lost = (ofKind(folder, 'Service') as readonly ManifestOf<IService>[]).filter(({ spec }) => {
      const pods = podsOf(folder).filter(({ labels }) => selects({ matchLabels: spec.selector ?? {} }, labels));
      const isOpen = (port: string | number) =>
        pods.some((pod) => containerOf(pod).ports?.some(({ name, containerPort }) => name === port || containerPort === port));
      return pods.length === 0 || !(spec.ports ?? []).every(({ port, targetPort = port }) => isOpen(targetPort));
    });

    expect(lost.map(titleOf)).toEqual([]);
  });
});

describe('production', () => {
  it('runs this version', () => {
    const ours = podsOf('k8s/overlays/production').filter(isOurs);

    expect(new Set(ours.map((pods) => containerOf(pods).image?.split(':').at(-1)))).toEqual(new Set([version]));
  });

  it('runs no simulator and no engine', () => {
    expect(podsOf('k8s/overlays/production').filter((pods) => !isOurs(pods) || containerOf(pods).args?.[0]?.includes('simulator'))).toEqual(
      [],
    );
  });
});
