import type { IContainer } from 'kubernetes-models/v1/Container';
import { readFileSync } from 'node:fs';
import { titleOf } from './kustomize/manifest.ts';
import { environments, ofKind, overlays, type Environment } from './support/environments.ts';
import { servicesOf, settingProblems, type Told } from './support/settings.ts';
import { containerOf, isOurs, podsOf } from './support/workloads.ts';

/** The environment variables of a container: its own and those of the ConfigMaps it names. */
function toldTo(folder: Environment, { env = [], envFrom = [] }: IContainer): Told {
  const maps = envFrom.map(
    ({ configMapRef }) => ofKind(folder, 'ConfigMap').find(({ metadata }) => metadata.name === configMapRef?.name)?.data,
  );
  const own = env.map(({ name, value }) => [name, value]);
  return { ...Object.assign({}, ...maps), ...Object.fromEntries(own) } as Told;
}

describe.each(environments)('the settings in %s', (folder) => {
  const processes = podsOf(folder).filter(isOurs);

  it.each(processes.map((pods) => [titleOf(pods.owner), containerOf(pods)] as const))('of %s are read, and can be', (_title, container) => {
    expect(settingProblems(container.args ?? [], toldTo(folder, container))).toEqual([]);
  });

  it('give each consuming service its own Deployment, and the API none of their work', () => {
    const deployments = podsOf(folder).filter((pods) => isOurs(pods) && pods.owner.kind === 'Deployment');
    const running = deployments.map((pods) => {
      const told = toldTo(folder, containerOf(pods));
      const names = servicesOf(containerOf(pods).args?.[0] ?? '', told).map(({ name }) => name);
      return { names, consumes: told['CONSUMERS'] !== 'false' };
    });
    const consuming = running.filter(({ consumes }) => consumes).flatMap(({ names }) => names);

    expect(consuming.filter((name) => name !== 'simulator').sort()).toEqual([
      'campaign',
      'dispatcher',
      'feedback',
      'identity',
      'registration',
    ]);
    expect(
      running
        .filter(({ consumes }) => !consumes)
        .flatMap(({ names }) => names)
        .sort(),
    ).toEqual(['campaign', 'console', 'feedback', 'identity', 'registration']);
  });
});

describe('a check of settings', () => {
  it('finds a name that nothing reads, a value that stops the start, and a program that is not there', () => {
    const dispatcher = ['dist/apps/dispatcher/src/main.js'];

    expect(settingProblems(dispatcher, { DISPATCH_WINDOW: '250', LOG_LEVEL: 'warn', CARILLON_MASTER_KEY: undefined })).toEqual([]);
    expect(settingProblems(dispatcher, { DISPACH_WINDOW: '250' })).toHaveLength(1);
    expect(settingProblems(dispatcher, { DISPATCH_WINDOW: '501' })).toHaveLength(1);
    expect(settingProblems(dispatcher, { PLAN_SWEEP_MS: '2000' })).toHaveLength(1);
    expect(() => settingProblems(['dist/apps/billing/src/main.js'], {})).toThrow('billing');
  });
});

describe.each(overlays)('the secrets of %s', (folder) => {
  const wanted = podsOf(folder)
    .filter(isOurs)
    .flatMap((pods) => containerOf(pods).env ?? [])
    .flatMap(({ name, value, valueFrom }) => [{ name, value, reference: valueFrom?.secretKeyRef }]);

  it('stand in a Secret, not in a manifest', () => {
    const secret = /KEY$|PASSWORD|_URI$|_URL$|USERNAME/;
    const inClear = wanted.filter(({ name, value }) => secret.test(name) && value !== undefined && name !== 'CARILLON_URL');

    expect(inClear).toEqual([]);
  });

  it('are those that there is one of', () => {
    const [made] = ofKind(folder, 'Secret');
    const keys = Object.keys(made?.data ?? {});
    const named = wanted.flatMap(({ reference }) => (reference ? [reference] : []));

    expect(new Set(named.map(({ name }) => name))).toEqual(new Set([made?.metadata.name ?? 'carillon']));
    if (made) expect(named.filter(({ key, optional }) => !optional && !keys.includes(key))).toEqual([]);
  });

  it('are documented for whoever has to make it', () => {
    const documented = readFileSync('docs/deployment.md', 'utf8');
    const keys = new Set(wanted.flatMap(({ reference }) => reference?.key ?? []));

    expect([...keys].filter((key) => !documented.includes(`\`${key}\``))).toEqual([]);
  });
});

describe('production', () => {
  it('makes no Secret, and knows nothing of the keys that are for everybody to read', () => {
    const text = JSON.stringify(podsOf('k8s/overlays/production')) + JSON.stringify(ofKind('k8s/overlays/production', 'ConfigMap'));
    const development = ofKind('k8s/overlays/dev', 'Secret').flatMap(({ data = {} }) =>
      [data['admin-key'], data['master-key']].map((value = '') => Buffer.from(value, 'base64').toString()),
    );

    expect(ofKind('k8s/overlays/production', 'Secret')).toEqual([]);
    expect(development).toHaveLength(2);
    expect(development.filter((value) => text.includes(value))).toEqual([]);
  });
});
