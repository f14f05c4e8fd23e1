import { randomBytes } from 'node:crypto';
import type { RunningPlatform } from '../support/platform.ts';
import type { ExportedSpan } from '../trace/read-spans.ts';
import { TraceTrial, type TracedSend } from '../trace/trace-trial.ts';

const minutes = 60_000;

type Start = (settings: NodeJS.ProcessEnv) => Promise<RunningPlatform>;

/** Of one send, whatever runs it: `services` are the names of the processes in its trace. */
export function traceStories(start: Start, services: readonly string[]): void {
  let trial: TraceTrial;
  let traced: TracedSend;

  beforeAll(async () => {
    trial = await TraceTrial.open(start);
    traced = await trial.send('everyone');
  }, 4 * minutes);

  afterAll(async () => {
    await trial.close();
  }, minutes);

  const ofName = (name: string) => traced.spans.filter((span) => span.name === name);
  const one = (name: string): ExportedSpan => {
    const [first] = ofName(name);
    if (!first) throw new Error(`no span ${name} among ${traced.spans.map((span) => span.name).join(', ')}`);
    return first;
  };

  it('is one trace without a gap: a single beginning, every other span with its cause in it', () => {
    const known = new Set(traced.spans.map(({ spanId }) => spanId));

    expect(new Set(traced.spans.map(({ traceId }) => traceId)).size).toBe(1);
    expect(traced.spans.filter(({ parentId }) => parentId === null).map(({ name }) => name)).toEqual(['POST /v1/apps/:app/sends']);
    expect(traced.spans.filter(({ parentId }) => parentId !== null && !known.has(parentId))).toEqual([]);
    expect(traced.spans.filter(({ failed }) => failed)).toEqual([]);
    expect(traced.spans.filter(({ startedAt, endedAt }) => endedAt < startedAt)).toEqual([]);
  });

  it.each([
    ['the provider’s answer', 'send to apns', ['dispatch batch', 'process push.dispatch.apns.bulk', 'plan page', 'process push.plan']],
    ['the purge', 'purge tokens', ['process push.outcome', 'dispatch batch', 'process push.dispatch.apns.bulk', 'plan page']],
    ['the end', 'process push.settled', ['merge outcomes', 'process push.outcome', 'dispatch batch']],
  ])('leads from the call to %s', (_, last, before) => {
    const byId = new Map(traced.spans.map((span) => [span.spanId, span]));
    const path: string[] = [];
    for (let span = byId.get(one(last).parentId ?? ''); span; span = byId.get(span.parentId ?? '')) path.push(span.name);

    expect(path.slice(0, before.length)).toEqual(before);
    expect(path.at(-1)).toBe('POST /v1/apps/:app/sends');
  });

  it('has one span for a batch, with the counts of its outcomes, and none for a message', () => {
    expect(ofName('dispatch batch')).toHaveLength(1);
    expect(one('dispatch batch').facts).toMatchObject({
      'carillon.app': 'shop',
      'carillon.send.id': traced.send.id,
      'carillon.provider': 'apns',
      'carillon.messages': 40,
      'carillon.outcomes.accepted': 39,
      'carillon.outcomes.token_invalid': 1,
    });
    expect(one('send to apns')).toMatchObject({ kind: 'client', facts: { 'carillon.requests': 40, 'carillon.answers.accepted': 39 } });
    expect(one('send to apns').facts['carillon.streams.peak']).toBeGreaterThan(0);
    expect(one('purge tokens').facts).toMatchObject({ 'carillon.findings': 1, 'carillon.purged': 1 });
    expect(traced.spans.length).toBeLessThan(20);
  });

  it('says of calls and events what the semantic conventions of OpenTelemetry ask for', () => {
    const host = new URL(trial.shop.platform.url);
    expect(one('POST /v1/apps/:app/sends')).toMatchObject({
      kind: 'server',
      facts: {
        'http.request.method': 'POST',
        'http.route': '/v1/apps/:app/sends',
        'http.response.status_code': 202,
        'url.path': '/v1/apps/shop/sends',
        'url.scheme': 'http',
        'server.address': '127.0.0.1',
        'server.port': Number(host.port),
        'network.protocol.version': '1.1',
      },
    });
    const consumers = traced.spans.filter(({ kind }) => kind === 'consumer');
    expect(consumers.length).toBeGreaterThan(0);
    for (const { name, facts } of consumers) {
      expect(['kafka', 'carillon']).toContain(facts['messaging.system']);
      expect(name).toBe(`${String(facts['messaging.operation.name'])} ${String(facts['messaging.destination.name'])}`);
      expect(facts).toMatchObject({
        'messaging.operation.type': 'process',
        'messaging.destination.partition.id': expect.stringMatching(/^\d+$/) as string,
        'messaging.consumer.group.name': expect.any(String) as string,
        'messaging.message.id': expect.any(String) as string,
      });
    }
    expect(one('send to apns').facts['peer.service']).toBe('apns');
  });

  it('says which process it was', () => {
    expect([...new Set(traced.spans.map(({ resource }) => resource['service.name']))].sort()).toEqual([...services].sort());
    expect(new Set(traced.spans.map(({ resource }) => resource['service.instance.id'])).size).toBe(services.length);
  });

  it('goes on from the caller’s own, and not from one that is not well formed', async () => {
    const traceId = randomBytes(16).toString('hex');
    const ours = await trial.send('named', { traceparent: `00-${traceId}-00f067aa0ba902b7-01` });
    const wrong = await trial.shop.call('GET', '/sends', undefined, { traceparent: `00-${traceId}-0000000000000000-01` });

    expect(ours.spans.find(({ kind }) => kind === 'server')?.parentId).toBe('00f067aa0ba902b7');
    expect(wrong.headers.get('x-trace-id')).not.toBe(traceId);
  });

  it('is not recorded where the caller says so', async () => {
    const traceId = randomBytes(16).toString('hex');
    await trial.shop.call('GET', '/sends', undefined, { traceparent: `00-${traceId}-00f067aa0ba902b7-00` });
    await trial.send('named');

    expect(trial.receiver.trace(traceId)).toEqual([]);
  });
}
