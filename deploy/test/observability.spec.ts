import { globSync } from 'node:fs';
import { readYamlFile } from './kustomize/read-yaml.ts';
import { compose, ownServices } from './support/compose.ts';

interface Prometheus {
  readonly global: { readonly external_labels?: Readonly<Record<string, string>> };
  readonly alerting?: {
    readonly alertmanagers: readonly { readonly static_configs: readonly { readonly targets: readonly string[] }[] }[];
  };
  readonly rule_files: readonly string[];
  readonly scrape_configs: readonly {
    readonly job_name: string;
    readonly dns_sd_configs?: readonly { readonly names: readonly string[]; readonly port: number }[];
    readonly static_configs?: readonly { readonly targets: readonly string[] }[];
  }[];
}

interface DataSources {
  readonly datasources: readonly { readonly uid: string; readonly url: string }[];
}

interface Collector {
  readonly receivers: Readonly<Record<string, { readonly protocols: { readonly http: { readonly endpoint: string } } } | undefined>>;
  readonly processors: Readonly<Record<string, object | undefined>>;
  readonly exporters: Readonly<Record<string, { readonly endpoint?: string } | undefined>>;
  readonly service: {
    readonly pipelines: Readonly<Record<string, Readonly<Record<'receivers' | 'processors' | 'exporters', readonly string[]>>>>;
  };
}

interface Alertmanager {
  readonly route: { readonly receiver: string; readonly routes: readonly { readonly receiver: string }[] };
  readonly receivers: readonly { readonly name: string }[];
}

const prometheus = readYamlFile('deploy/prometheus/prometheus.yml') as Prometheus;
const collector = readYamlFile('deploy/otel-collector/collector.yml') as Collector;
const isHere = (address: string) =>
  address.startsWith('127.0.0.1:') || compose.services[address.replace(/^\w+:\/\//, '').split(':')[0] ?? ''] !== undefined;

describe('what watches the platform', () => {
  it('scrapes every process that has metrics, on its port for them', () => {
    const [found] = prometheus.scrape_configs.find(({ job_name }) => job_name === 'carillon')?.dns_sd_configs ?? [];
    const measured = ownServices.filter(([name, { environment }]) => name !== 'migrate' && environment?.['OPS_PORT'] !== undefined);

    expect([...(found?.names ?? [])].sort()).toEqual(measured.map(([name]) => name).sort());
    expect(new Set(measured.map(([, { environment }]) => Number(environment?.['OPS_PORT'])))).toEqual(new Set([found?.port]));
  });

  it('scrapes, asks and sends to containers that are there', () => {
    const targets = prometheus.scrape_configs.flatMap(({ static_configs = [] }) => static_configs.flatMap((config) => config.targets));
    const sources = (readYamlFile('deploy/grafana/provisioning/datasources/datasources.yml') as DataSources).datasources.map(
      ({ url }) => url,
    );
    const exported = Object.values(collector.exporters).flatMap((exporter) => exporter?.endpoint ?? []);

    expect([...targets, ...sources, ...exported].filter((address) => !isHere(address))).toEqual([]);
  });

  it('takes traces where the processes send them', () => {
    const listens = collector.receivers['otlp']?.protocols.http.endpoint.split(':').at(-1);
    const sent = ownServices.flatMap(([, { environment }]) => environment?.['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? []);

    expect(new Set(sent)).toEqual(new Set([`http://otel-collector:${listens}`]));
  });

  it('passes traces through parts that are configured', () => {
    const undeclared = Object.values(collector.service.pipelines).flatMap((pipeline) =>
      (['receivers', 'processors', 'exporters'] as const).flatMap((part) =>
        pipeline[part].filter((name) => collector[part][name] === undefined),
      ),
    );

    expect(undeclared).toEqual([]);
  });

  it('sends alerts to an Alertmanager that is there, whose routes lead to receivers', () => {
    const targets = prometheus.alerting?.alertmanagers.flatMap((one) => one.static_configs.flatMap((config) => config.targets)) ?? [];
    const { route, receivers } = readYamlFile('deploy/alertmanager/alertmanager.yml') as Alertmanager;
    const used = [route.receiver, ...route.routes.map(({ receiver }) => receiver)];

    expect(targets).not.toEqual([]);
    expect(targets.filter((address) => !isHere(address))).toEqual([]);
    expect(used.filter((name) => !receivers.some((receiver) => receiver.name === name))).toEqual([]);
    expect(compose.services['alertmanager']?.volumes).toContain('./deploy/alertmanager:/etc/alertmanager:ro');
  });

  it('says in alerts where runbooks are, as it was set', () => {
    const { environment } = compose.services['prometheus'] ?? {};

    expect(prometheus.global.external_labels).toEqual({ runbooks: '${CARILLON_RUNBOOKS}' });
    expect(environment?.['CARILLON_RUNBOOKS']).toBe('${CARILLON_RUNBOOKS:-docs/runbooks}');
  });

  it('gives Prometheus its rules where it looks for them', () => {
    const mounted = compose.services['prometheus']?.volumes?.find((volume) => volume.startsWith('./deploy/prometheus:'))?.split(':')[1];
    const patterns = prometheus.rule_files.map((pattern) => pattern.replace(`${mounted}/`, 'deploy/prometheus/'));

    expect(globSync(patterns)).toEqual(globSync('deploy/prometheus/rules/*.yml'));
  });
});
