import type { Manifest } from './kustomize/manifest.ts';
import { environments, objectsOf } from './support/environments.ts';
import { schemaProblems, unknownFields } from './support/schemas.ts';

const deployment = (container: object, spec: object = {}): Manifest => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'planted' },
  spec: {
    selector: { matchLabels: { a: 'b' } },
    template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', ...container }] } },
    ...spec,
  },
});

describe('the schemas of Kubernetes, KEDA and the Prometheus operator', () => {
  it.each(environments)('accept every object of %s', async (folder) => {
    const problems = await Promise.all(objectsOf(folder).map(schemaProblems));

    expect(problems.flat()).toEqual([]);
  });

  it('know every field that is used', () => {
    expect(unknownFields(environments.flatMap(objectsOf))).toEqual([]);
  });

  it('refuse a wrong type, an unknown kind and an unknown field', async () => {
    const wrongType = await schemaProblems(deployment({}, { replicas: 'three' }));
    const unknownKind = await schemaProblems({ ...deployment({}), kind: 'Deploiment' });
    const wrongTrigger = await schemaProblems({
      apiVersion: 'keda.sh/v1alpha1',
      kind: 'ScaledObject',
      metadata: { name: 'planted' },
      spec: { scaleTargetRef: { name: 'a' }, triggers: [{ type: 'kafka', metadata: { lagThreshold: 25 } }] },
    });
    const unknownField = unknownFields([deployment({}), deployment({ livenesProbe: {} })]);

    expect(wrongType).toEqual([expect.stringMatching(/replicas must be integer/)]);
    expect(unknownKind).toHaveLength(1);
    expect(wrongTrigger).toEqual([expect.stringMatching(/lagThreshold must be string/)]);
    expect(unknownField).toEqual([expect.stringMatching(/Deployment planted: .*livenesProbe/)]);
  });
});
