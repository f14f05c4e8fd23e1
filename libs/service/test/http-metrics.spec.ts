import { EventStreams } from '#libs/api';
import { eventually } from '#libs/testing';
import { fastify } from 'fastify';
import { measureHttp } from '../src/http-metrics.ts';
import { MetricsRegistry } from '../src/metrics-registry.ts';

describe('metrics of HTTP', () => {
  it('count live streams, and do not take the time that they are open for time that somebody waits', async () => {
    const [server, metrics, streams] = [fastify(), new MetricsRegistry(), new EventStreams()];
    measureHttp(server, metrics);
    server.get('/answer/:id', async () => 'here');
    server.get('/live/:id', (_request, reply) => {
      void streams.answer(reply, async function* () {
        yield { data: 1 };
      });
    });

    expect((await server.inject('/answer/1')).body).toBe('here');
    expect((await server.inject('/live/1')).body).toBe('data: 1\n\n');

    const counted = 'carillon_http_requests_total{method="GET",route="/live/:id",status="200"} 1';
    const text = await eventually(() => metrics.text(), (now) => now.includes(counted)); // prettier-ignore
    expect(text).toContain('carillon_http_request_seconds_count{method="GET",route="/answer/:id"} 1');
    expect(text).not.toContain('carillon_http_request_seconds_count{method="GET",route="/live/:id"}');
    await server.close();
  });
});
