import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { titleOf, type ManifestOf } from './kustomize/manifest.ts';
import { environments, objectsOf, ofKind, type Environment } from './support/environments.ts';
import { isOurs, podsOf, selects, type Pods, type Selector } from './support/workloads.ts';

type Policy = ManifestOf<INetworkPolicy>;
const policiesOf = (folder: Environment) => ofKind(folder, 'NetworkPolicy') as readonly Policy[];
const policiesFor = (folder: Environment, pods: Pods) =>
  policiesOf(folder).filter(({ spec }) => selects(spec.podSelector as Selector, pods.labels));
const egressPorts = (folder: Environment, pods: Pods) =>
  policiesFor(folder, pods).flatMap(({ spec }) => (spec.egress ?? []).flatMap(({ ports }) => (ports ?? []).map(({ port }) => port)));

describe.each(environments)('the network of %s', (folder) => {
  it('lets nothing pass that no policy names', () => {
    const denial = policiesOf(folder).find(({ metadata: { name } }) => name === 'default-deny');

    expect(denial?.spec).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
    expect(
      policiesOf(folder).filter(({ spec }) =>
        [...(spec.egress ?? []).map(({ to }) => to), ...(spec.ingress ?? []).map(({ from }) => from)].some(
          (peers = []) => peers.length === 0,
        ),
      ),
    ).toEqual([]);
  });

  it('has no policy for pods that are not there', () => {
    const idle = policiesOf(folder).filter(
      ({ spec }) => !podsOf(folder).some(({ labels }) => selects(spec.podSelector as Selector, labels)),
    );

    expect(idle.map(titleOf)).toEqual([]);
  });

  it('leads out into the world from the dispatcher and, for webhooks, from feedback, by TLS and to no private address', () => {
    const outward = policiesOf(folder).filter(({ spec }) => JSON.stringify(spec.egress ?? []).includes('ipBlock'));
    const reaching = podsOf(folder).filter((pods) => outward.some((policy) => policiesFor(folder, pods).includes(policy)));

    expect(reaching.map(({ owner }) => titleOf(owner))).toEqual(['Deployment carillon-dispatcher', 'Deployment carillon-feedback']);
    // Apple's broadcast channels are managed at two ports of their own.
    expect(outward.map(({ spec }) => spec.egress?.[0]?.ports?.map(({ port }) => port))).toEqual([[443, 2195, 2196], [443]]);
    for (const world of outward.map(({ spec }) => spec.egress?.[0])) {
      expect(world?.to?.[0]?.ipBlock?.except).toEqual(
        expect.arrayContaining(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16']),
      );
    }
  });

  it('lets every process reach names, engines and the collector on the ports that its settings name', () => {
    const { KAFKA_BROKERS: brokers = '', OTEL_EXPORTER_OTLP_ENDPOINT: collector = '' } =
      ofKind(folder, 'ConfigMap').find(({ data }) => data?.['KAFKA_BROKERS'] !== undefined)?.data ?? {};
    const wanted = [
      53,
      27017,
      6379,
      ...(collector === '' ? [] : [Number(new URL(collector).port)]),
      ...brokers.split(',').map((broker) => Number(broker.split(':')[1])),
    ];

    for (const pods of podsOf(folder).filter((candidate) => candidate.labels['app.kubernetes.io/name'] === 'carillon'))
      expect(egressPorts(folder, pods)).toEqual(expect.arrayContaining(wanted));
  });

  it('lets nobody in but to the API and to be scraped', () => {
    const open = podsOf(folder)
      .filter((pods) => isOurs(pods) && pods.labels['app.kubernetes.io/name'] === 'carillon')
      .map((pods) => [
        pods.labels['app.kubernetes.io/component'],
        new Set(
          policiesFor(folder, pods).flatMap(({ spec }) =>
            (spec.ingress ?? []).flatMap(({ ports }) => (ports ?? []).map(({ port }) => port)),
          ),
        ),
      ]);

    expect(Object.fromEntries(open)).toEqual({
      api: new Set(['http', 'ops']),
      registration: new Set(['ops']),
      identity: new Set(['ops']),
      planner: new Set(['ops']),
      dispatcher: new Set(['ops']),
      feedback: new Set(['ops']),
      migrate: new Set(['ops']),
    });
  });

  it('lives in one namespace', () => {
    const namespaces = new Set(
      objectsOf(folder)
        .filter(({ kind }) => kind !== 'Namespace')
        .map(({ metadata: { namespace } }) => namespace),
    );

    expect(namespaces.size).toBe(1);
  });
});
