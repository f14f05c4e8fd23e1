import { createServer, type Server } from 'node:http';
import { acceptedFormat, metricsType } from './metrics-format.ts';
import type { MetricsRegistry } from './metrics-registry.ts';
import type { Readiness } from './readiness.ts';

export interface OpsAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly vary?: string;
}

/** What probes and Prometheus ask for, on the API's port or on one of its own. */
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

  /** In the format that `Accept` asks for. */
  async metricsText(accept: string | undefined): Promise<OpsAnswer> {
    const format = acceptedFormat(accept);
    return { status: 200, type: metricsType[format], vary: 'accept', body: await this.metrics.text(format) };
  }
}

/** Serves probes and metrics alone, for a port that no client reaches. */
export function opsServer(ops: Ops): Server {
  const answers: Readonly<Record<string, (accept: string | undefined) => Promise<OpsAnswer> | OpsAnswer>> = {
    '/healthz': () => ops.health(),
    '/readyz': () => ops.ready(),
    '/metrics': (accept) => ops.metricsText(accept),
  };
  return createServer((request, response) => {
    const answer = answers[(request.url ?? '').split('?')[0] ?? ''];
    void (async () => {
      const { status, type, body, vary } = answer ? await answer(request.headers.accept) : json(404, { status: 'unknown path' });
      response.writeHead(status, { 'content-type': type, ...(vary !== undefined && { vary }) }).end(body);
    })().catch(() => response.destroy());
  });
}

function json(status: number, body: object): OpsAnswer {
  return { status, type: 'application/json', body: JSON.stringify(body) };
}
