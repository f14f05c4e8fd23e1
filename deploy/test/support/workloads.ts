import type { IDeployment } from 'kubernetes-models/apps/v1/Deployment';
import type { IContainer } from 'kubernetes-models/v1/Container';
import type { IPodSpec } from 'kubernetes-models/v1/PodSpec';
import type { Manifest } from '../kustomize/manifest.ts';
import { objectsOf, type Environment } from './environments.ts';

export type Deployment = Manifest & Pick<IDeployment, 'spec'>;

export interface Pods {
  /** Of the Deployment, StatefulSet or Job that makes them. */
  readonly owner: Manifest;
  readonly labels: Readonly<Record<string, string>>;
  readonly spec: IPodSpec;
}

/** All that makes pods. */
export function podsOf(folder: Environment): readonly Pods[] {
  return objectsOf(folder).flatMap((owner) => {
    const template = owner.spec?.['template'] as { metadata: { labels: Record<string, string> }; spec: IPodSpec } | undefined;
    return template ? [{ owner, labels: template.metadata.labels, spec: template.spec }] : [];
  });
}

/** The one container that a pod of ours has. */
export function containerOf({ spec: { containers } }: Pods): IContainer {
  const [container, ...others] = containers;
  if (!container || others.length > 0) throw new Error('A pod here has one container');
  return container;
}

/** Whether a pod runs the platform's image, as its processes, simulators and migrations do. */
export function isOurs(pods: Pods): boolean {
  return /(^|\/)carillon(:|$)/.test(containerOf(pods).image ?? '');
}

export interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] }[];
}

/** Whether a selector takes pods with these labels. An empty one takes all. */
export function selects({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Readonly<Record<string, string>>): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      if (operator !== 'In') throw new Error(`These tests do not know the operator ${operator}`);
      return values.includes(labels[key] ?? '');
    })
  );
}
