import { createServer, type Server } from 'node:http';
import type { MetricsRegistry } from './metrics-registry.ts';
import type { Readiness } from './readiness.ts';

export interface OpsAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** What probes and Prometheus ask for; the same on the API's port and on one of its own. */
export class Ops {
  constructor(
    private readonly readiness: Readiness,
    private readonly metrics: MetricsRegistry,
  ) {}

  /** The process runs and answers. */
  health(): OpsAnswer {
    return json(200, { status: 'ok' });
  }

  async ready(): Promise<OpsAnswer> {
    const report = await this.readiness.report();
    return json(report.status === 'ok' || report.status === 'degraded' ? 200 : 503, report);
  }

  async metricsText(): Promise<OpsAnswer> {
    return { status: 200, type: this.metrics.registry.contentType, body: await this.metrics.text() };
  }
}

/** Serves probes and metrics alone, for a port that no client reaches. */
export function opsServer(ops: Ops): Server {
  const answers: Readonly<Record<string, () => Promise<OpsAnswer> | OpsAnswer>> = {
    '/healthz': () => ops.health(),
    '/readyz': () => ops.ready(),
    '/metrics': () => ops.metricsText(),
  };
  return createServer((request, response) => {
    const answer = answers[(request.url ?? '').split('?')[0] ?? ''];
    void (async () => {
      const { status, type, body } = answer ? await answer() : json(404, { status: 'unknown path' });
      response.writeHead(status, { 'content-type': type }).end(body);
    })().catch(() => response.destroy());
  });
}

function json(status: number, body: object): OpsAnswer {
  return { status, type: 'application/json', body: JSON.stringify(body) };
}
