import { SpanRecorder, recordSpansWith, withTrace, type Span } from '#libs/kernel';
import { Gauge } from 'prom-client';
import { MetricsRegistry } from '../src/metrics-registry.ts';

const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const exemplar = '# {trace_id="4bf92f3577b34da6a3ce929d0e0e4736",span_id="00f067aa0ba902b7"} 0.2';
const options = { name: 'carillon_work_seconds', help: 'Work.', labelNames: ['app'], buckets: [0.1, 1] } as const;

class NoSpans extends SpanRecorder {
  start(): Span {
    throw new Error('nothing is to be recorded here');
  }
}

describe('metrics', () => {
  beforeEach(() => {
    recordSpansWith(new NoSpans());
  });

  afterEach(() => {
    recordSpansWith(undefined);
  });

  it('point from a duration to the span in which it was spent', async () => {
    const metrics = new MetricsRegistry(true);
    const observe = metrics.histogram(options);
    withTrace(traceparent, () => {
      observe({ app: 'shop' }, 0.2);
    });
    observe({ app: 'bank' }, 0.2, traceparent);
    observe({ app: 'quiet' }, 0.2);

    const lines = (await metrics.text('openmetrics')).split('\n');
    expect(lines.filter((line) => line.includes(exemplar)).map((line) => line.split(' ')[0])).toEqual([
      'carillon_work_seconds_bucket{le="1",app="shop"}',
      'carillon_work_seconds_bucket{le="1",app="bank"}',
    ]);
    expect(lines.at(-2)).toBe('# EOF');
  });

  it('are read without those whose source is away', async () => {
    const metrics = new MetricsRegistry();
    const gauge = (name: string) => new Gauge({ name, help: 'A number.', registers: [metrics.registry] });
    const [lost, found] = [gauge('carillon_lost'), gauge('carillon_found')];
    metrics.beforeRead(async () => {
      await Promise.reject(new Error('the broker is away'));
      lost.set(7);
    });
    metrics.beforeRead(() => {
      found.set(7);
    });

    expect((await metrics.text()).split('\n')).toEqual(expect.arrayContaining(['carillon_lost 0', 'carillon_found 7']));
  });

  it('are Prometheus’ own text without exemplars', async () => {
    const metrics = new MetricsRegistry();
    const observe = metrics.histogram(options);
    withTrace(traceparent, () => {
      observe({ app: 'shop' }, 0.2);
    });

    expect(await metrics.text()).toContain('carillon_work_seconds_bucket{le="1",app="shop"} 1\n');
    expect(await metrics.text()).not.toContain('trace_id');
  });
});
