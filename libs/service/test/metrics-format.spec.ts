import { recordSpansWith, withTrace } from '#libs/kernel';
import { Counter, collectDefaultMetrics } from 'prom-client';
import { MetricsRegistry } from '../src/metrics-registry.ts';
import { acceptedFormat } from '../src/metrics-format.ts';
import { Ops } from '../src/ops-server.ts';

const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

describe('the format of metrics', () => {
  it.each([
    [undefined, 'text'],
    ['*/*', 'text'],
    ['text/plain', 'text'],
    ['text/html, application/xhtml+xml;q=0.9, */*;q=0.8', 'text'],
    ['application/json', 'text'],
    ['application/openmetrics-text', 'openmetrics'],
    ['application/openmetrics-text; version=1.0.0; charset=utf-8', 'openmetrics'],
    ['application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2', 'openmetrics'], // prettier-ignore
    ['text/plain;version=0.0.4;q=0.5, application/openmetrics-text;q=0.3', 'text'],
    ['application/openmetrics-text;q=0, */*', 'text'],
    ['Application/OpenMetrics-Text, text/plain', 'openmetrics'],
    ['text/plain, application/openmetrics-text', 'text'],
    ['application/openmetrics-text;q=nonsense, text/plain;q=0.1', 'text'],
  ])('for Accept: %s is %s', (accept, format) => {
    expect(acceptedFormat(accept)).toBe(format);
  });
});

describe.each([true, false])('metrics, traced: %s', (isTraced) => {
  const metrics = new MetricsRegistry(isTraced);
  const ops = new Ops({} as never, metrics);
  collectDefaultMetrics({ register: metrics.registry });
  new Counter({ name: 'carillon_calls_total', help: 'Calls.', labelNames: ['app'], registers: [metrics.registry] }).inc({ app: 'shop' }, 3);
  const observe = metrics.histogram({ name: 'carillon_work_seconds', help: 'Work.', labelNames: ['app'], buckets: [1] });

  beforeAll(() => {
    recordSpansWith({} as never);
    withTrace(traceparent, () => {
      observe({ app: 'shop' }, 0.2);
    });
  });

  afterAll(() => {
    recordSpansWith(undefined);
  });

  it('are told in turn in either format, each as its own rules want', async () => {
    for (let round = 0; round < 2; round += 1) {
      const text = await ops.metricsText('text/plain');
      const open = await ops.metricsText('application/openmetrics-text');

      expect(text).toMatchObject({ type: expect.stringMatching(/^text\/plain; version=0\.0\.4/) as string, vary: 'accept' });
      expect(text.body).toContain('# TYPE carillon_calls_total counter\ncarillon_calls_total{app="shop"} 3\n');
      expect(text.body).toContain('carillon_work_seconds_bucket{le="1",app="shop"} 1\n');
      expect(text.body).not.toMatch(/# EOF|trace_id/);
      expect(open).toMatchObject({ type: expect.stringMatching(/^application\/openmetrics-text; version=1\.0\.0/) as string });
      expect(open.body).toContain('# TYPE carillon_calls counter\ncarillon_calls_total{app="shop"} 3\n');
      expect(open.body.endsWith('# EOF\n')).toBe(true);
      expect(open.body.includes('trace_id')).toBe(isTraced);
    }
  });
});
