import { inSpan, startSpan } from '#libs/kernel';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Tracing } from '../../src/telemetry/otel-tracing.ts';
import { startTracing } from '../../src/telemetry/start-tracing.ts';
import { telemetrySettings } from '../../src/telemetry/telemetry-settings.ts';

const root = { kind: 'internal', cause: null } as const;
const sampled = '-00f067aa0ba902b7-01';

describe('recording with OpenTelemetry', () => {
  let server: Server;
  let exports: { readonly bytes: number; readonly headers: Record<string, unknown> }[];
  let status: number;
  let warnings: string[];
  let tracing: Tracing | undefined;

  const start = async (settings: Record<string, string> = {}) => {
    const { port } = server.address() as AddressInfo;
    const given = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}/`, OTEL_BSP_SCHEDULE_DELAY: '10', ...settings };
    const heard = warnings; // what a process of another test says late is not this one's
    const warn = (text: string) => void heard.push(text);
    tracing = await startTracing(telemetrySettings.parse(given), { services: ['campaign'], version: '1', instance: 'i', warn });
  };

  beforeEach(async () => {
    [exports, status, warnings] = [[], 200, []];
    server = createServer((request, response) => {
      let bytes = 0;
      request.on('data', (data: Buffer) => (bytes += data.length));
      request.on('end', () => {
        exports.push({ bytes, headers: request.headers });
        response.writeHead(status).end();
        server.emit('exported');
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterEach(async () => {
    await tracing?.stop();
    server.closeAllConnections();
    server.close();
  });

  it('does not begin without a collector', async () => {
    const settings = telemetrySettings.parse({});

    expect(await startTracing(settings, { services: [], version: '1', instance: 'i', warn: () => undefined })).toBeUndefined();
    expect(startSpan('nothing', root)).toBeUndefined();
  });

  it('exports what is left when it stops, with the headers that were set, and records nothing more', async () => {
    await start({ OTEL_EXPORTER_OTLP_HEADERS: 'x-key=k', OTEL_BSP_SCHEDULE_DELAY: '60000' });
    await inSpan('work', root, () => Promise.resolve());
    await tracing?.stop();

    expect(exports).toMatchObject([{ headers: { 'x-key': 'k', 'content-type': 'application/x-protobuf' } }]);
    expect(startSpan('late', root)).toBeUndefined();
  });

  it('stops within its second though the collector never answers', async () => {
    server.removeAllListeners('request');
    await start({ OTEL_BSP_SCHEDULE_DELAY: '60000', OTEL_EXPORTER_OTLP_TIMEOUT: '1500' });
    await inSpan('work', root, () => Promise.resolve());

    await expect(tracing?.stop()).resolves.toBeUndefined();
  });

  it('follows a caller that records, and one that does not', async () => {
    await start();
    const trace = '4bf92f3577b34da6a3ce929d0e0e4736';

    expect(startSpan('yes', { kind: 'server', cause: `00-${trace}${sampled}` })?.traceparent).toMatch(new RegExp(`^00-${trace}-.{16}-01$`));
    expect(startSpan('no', { kind: 'server', cause: `00-${trace}-00f067aa0ba902b7-00` })?.traceparent).toMatch(/-00$/);
  });

  it('decides by the id of the trace, so that every process decides alike', async () => {
    await start({ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.5' });
    const decisions = ['1', '4', '7', 'a', 'd', 'f'].map((digit) => {
      const cause = `00-${digit.repeat(8)}${'0'.repeat(24)}${sampled}`;
      const [first, again] = [startSpan('a', { kind: 'server', cause }), startSpan('b', { kind: 'server', cause })];
      expect(again?.traceparent.slice(-2)).toBe(first?.traceparent.slice(-2));
      return first?.traceparent.slice(-2);
    });

    expect(new Set(decisions)).toEqual(new Set(['00', '01']));
  });

  it('says once that exports fail, and once that they work again', async () => {
    status = 400;
    await start();
    for (let nth = 1; nth <= 3; nth += 1) await exportOne();
    status = 200;
    await exportOne();
    await tracing?.stop();

    expect(warnings).toEqual([expect.stringContaining('OTEL_EXPORTER_OTLP_ENDPOINT'), 'Spans are exported again; 3 were lost']);
  });

  async function exportOne(): Promise<void> {
    const exported = once(server, 'exported');
    await inSpan('work', root, () => Promise.resolve());
    await exported;
  }
});
