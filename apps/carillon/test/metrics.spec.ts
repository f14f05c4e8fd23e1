import { prometheusTools, runTool, startPrometheus, type Engine } from '#libs/testing/engines';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { dashboardQueries } from './prometheus/dashboard-queries.ts';
import { exposedMetrics, documentedMetrics } from './prometheus/metric-lists.ts';
import { ObservedPlatform } from './prometheus/observed-platform.ts';
import { PrometheusApi } from './prometheus/prometheus-api.ts';
import { until } from './support/platform.ts';

const rules = resolve('deploy/prometheus/rules/carillon.yml');
const alerts = [...readFileSync(rules, 'utf8').matchAll(/- alert: (\w+)/g)].map(([, name]) => name!);
const tools = await prometheusTools().catch((error: unknown) => {
  if (process.env['CI'] !== undefined) throw error;
  process.stderr.write(`Suites over Prometheus are left out: ${String(error)}\n`);
  return undefined;
});
const withPrometheus = tools ? describe : describe.skip; // said above, with what to install

describe('alerts', () => {
  it('are the ones that the operations guide promises, each with a runbook and tests', () => {
    const named = (pattern: string) => globSync(pattern).map((file) => basename(file).replace(/\.\w+$/, '')).sort(); // prettier-ignore
    const promised = [
      'CredentialsRefused', 'CredentialExpiring', 'PurgeHeld', 'TokenInvalidHigh', 'TransactionalSlow', 'SendStalled', 'QueueLag',
      'ProviderDown', 'DependencyDown', 'OutboxStalled', 'DeadLetters', 'Duplicates', 'ConsumersGone', 'ServiceDown', 'WebhookDisabled',
      'UninstallSpike', 'ReceiptGap', 'RegistrationFlood', 'ScheduleMissed', 'HourlyFilesLate',
    ].sort(); // prettier-ignore

    expect([...alerts].sort()).toEqual(promised);
    expect(named('docs/runbooks/*.md')).toEqual(promised);
    expect(named('deploy/prometheus/tests/*.yml')).toEqual(promised);
  });

  it.each(alerts)('%s is tested where it fires and where it is silent, and its runbook says what to do', (alert) => {
    const tests = readFileSync(`deploy/prometheus/tests/${alert}.yml`, 'utf8');
    const runbook = readFileSync(`docs/runbooks/${alert}.md`, 'utf8');

    expect(tests).toContain(`alertname: ${alert}\n        exp_alerts:\n`);
    expect(tests).toContain(`alertname: ${alert}\n        exp_alerts: []\n`);
    expect(readFileSync(rules, 'utf8')).toContain(`{{ else }}docs/runbooks{{ end }}/${alert}.md'`);
    for (const heading of ['## What it means', '## How to look', '## What to do']) expect(runbook).toContain(heading);
  });
});

withPrometheus('alert rules', () => {
  it('are well formed', async () => {
    expect(await runTool(tools!.promtool, ['check', 'rules', rules], { hint: '' })).toBeUndefined();
  });

  it('fire and are silent as their tests say', async () => {
    const tests = globSync('deploy/prometheus/tests/*.yml');

    expect(await runTool(tools!.promtool, ['test', 'rules', ...tests], { hint: '' })).toBeUndefined();
  });
});

describe('the metrics of a running platform', () => {
  const folder = mkdtempSync(join(tmpdir(), 'carillon-prometheus-'));
  let observed: ObservedPlatform;
  let prometheus: Engine | undefined;
  let api: PrometheusApi;

  beforeAll(async () => {
    observed = await ObservedPlatform.open();
    if (tools) prometheus = await startPrometheus({ folder, target: new URL(observed.platform.url).host, rules: [rules] });
    api = new PrometheusApi(prometheus?.address ?? '');
    if (tools) await scrapes(2);
    await observed.letThingsHappen();
    if (tools) await scrapes(2);
    await observed.letMoreHappen();
    if (tools) await scrapes(3);
  });

  afterAll(async () => {
    await prometheus?.stop();
    await observed.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Waits until so many more scrapes were stored. */
  async function scrapes(count: number): Promise<void> {
    const stored = async () => Number((await api.query('count_over_time(up{job="carillon"}[1h])'))[0]?.value[1] ?? 0);
    const before = await stored();
    await until(stored, (now) => now >= before + count);
  }

  it('are the ones that docs/observability.md lists, with their labels', async () => {
    expect(exposedMetrics(await observed.metrics())).toEqual(documentedMetrics(readFileSync('docs/observability.md', 'utf8')));
  });

  it('end in _total where they count, and nowhere else', async () => {
    const types = [...(await observed.metrics()).matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => ({ name, type }));

    expect(types.length).toBeGreaterThan(50);
    expect(types.filter(({ name, type }) => type === 'gauge' && name.endsWith('_total'))).toEqual([]);
  });

  it('name no send, user, installation or token', async () => {
    const labels = exposedMetrics(await observed.metrics()).flatMap((metric) => metric.labels);

    expect(labels.filter((label) => /send|user|installation|^token$|fingerprint/.test(label) && label !== 'token')).toEqual([]);
    expect(await observed.metrics()).not.toMatch(/phone-\d|kim|[0-9a-f]{64}/);
  });

  withPrometheus('in Prometheus', () => {
    it.each(dashboardQueries())('fill the panel $panel', async ({ expr }) => {
      const samples = await api.query(expr);

      expect(samples.filter(({ value }) => value[1] !== 'NaN')).not.toEqual([]);
    });

    it('are what every alert can be worked out from', async () => {
      const states = await until(
        () => api.rules(),
        (all) => all.length > 0 && all.every(({ health }) => health !== 'unknown'),
      );

      expect(states.filter(({ health }) => health !== 'ok')).toEqual([]);
      expect(states.map(({ name }) => name).sort()).toEqual([...alerts].sort());
    });

    it.each(['PurgeHeld', 'DeadLetters', 'CredentialExpiring', 'ProviderDown', 'TokenInvalidHigh', 'WebhookDisabled'])('wake %s, for which there is reason here', async (alert) => {
      const state = await until(
        async () => (await api.rules()).find(({ name }) => name === alert)?.state,
        (now) => now !== 'inactive',
      );

      expect(['pending', 'firing']).toContain(state);
    }); // prettier-ignore

    it('lead from a duration to the trace behind it', async () => {
      for (const metric of ['http_request_seconds', 'message_seconds', 'provider_request_seconds']) {
        const series = await api.exemplars(`carillon_${metric}_bucket`);
        const names = series.flatMap(({ exemplars }) => exemplars.map(({ labels }) => Object.keys(labels).sort()));
        expect([metric, names[0]]).toEqual([metric, ['span_id', 'trace_id']]);
      }
    });
  });
});
