import { PushError } from '../src/push-error.ts';
import { SpanRecorder, inSpan, recordSpansWith, sampledSpan, startSpan, type Span, type SpanStart } from '../src/span.ts';
import { currentTraceparent, withTrace } from '../src/trace.ts';

const cause = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

class Broken extends PushError {
  readonly code = 'broken_thing';
  readonly retryable = false;
}

/** Names spans `…1`, `…2`; remembers what became of them. */
class KeptSpans extends SpanRecorder {
  readonly kept: { name: string; cause: string | undefined; facts: object; failure: string | undefined; ended: boolean }[] = [];

  start(name: string, { facts = {} }: SpanStart, from: string | undefined): Span {
    const span = { name, cause: from, facts: { ...facts }, failure: undefined as string | undefined, ended: false };
    this.kept.push(span);
    return {
      traceparent: `00-${from?.slice(3, 35) ?? 'a'.repeat(32)}-${String(this.kept.length).padStart(16, '0')}-${from?.slice(53) ?? '01'}`,
      add: (more) => Object.assign(span.facts, more),
      end: (failure) => Object.assign(span, { failure, ended: true }),
    };
  }
}

describe('spans', () => {
  let spans: KeptSpans;

  beforeEach(() => {
    spans = new KeptSpans();
    recordSpansWith(spans);
  });

  afterEach(() => {
    recordSpansWith(undefined);
  });

  it('belong to the work that goes on, whatever waits in between', async () => {
    await inSpan('outer', { kind: 'consumer', cause }, async () => {
      await Promise.resolve();
      await inSpan('inner', { kind: 'internal' }, async (span) => {
        span?.add({ messages: 3 });
        await Promise.resolve();
      });
    });

    expect(spans.kept).toEqual([
      { name: 'outer', cause, facts: {}, failure: undefined, ended: true },
      {
        name: 'inner',
        cause: '00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000001-01',
        facts: { messages: 3 },
        failure: undefined,
        ended: true,
      },
    ]);
  });

  it.each([null, 'nonsense', cause.replace('00f067aa0ba902b7', '0'.repeat(16)), `${cause}-more`, cause.toUpperCase()])(
    'begin a trace where the cause is %s',
    async (nobody) => {
      await withTrace(cause, () => inSpan('first', { kind: 'server', cause: nobody }, () => Promise.resolve()));

      expect(spans.kept).toMatchObject([{ name: 'first', cause: undefined }]);
    },
  );

  it('read a later version of the header as far as they know it', () => {
    startSpan('first', { kind: 'server', cause: `01${cause.slice(2)}-what-comes-then` });

    expect(spans.kept).toMatchObject([{ cause }]);
  });

  it('fail with the code of the error, or its class, and never its words', async () => {
    await expect(inSpan('a', { kind: 'internal' }, () => Promise.reject(new Broken('a secret')))).rejects.toThrow(Broken);
    await expect(inSpan('b', { kind: 'internal' }, () => Promise.reject(new TypeError('a secret')))).rejects.toThrow(TypeError);

    expect(spans.kept.map(({ failure }) => failure)).toEqual(['broken_thing', 'TypeError']);
  });

  it('are pointed at by logs and metrics only where they are kept', () => {
    expect(withTrace(cause, sampledSpan)).toEqual({ trace_id: '4bf92f3577b34da6a3ce929d0e0e4736', span_id: '00f067aa0ba902b7' });
    expect(withTrace(cause.replace(/01$/, '00'), sampledSpan)).toBeUndefined();
    expect(withTrace(undefined, sampledSpan)).toBeUndefined();
    expect(sampledSpan()).toBeUndefined();
  });

  it('are none where nobody records, and the work is in the trace of its cause all the same', async () => {
    recordSpansWith(undefined);

    const seen = await inSpan('outer', { kind: 'consumer', cause }, (span) => Promise.resolve([span, currentTraceparent()]));
    const inner = await withTrace(cause, () => inSpan('inner', { kind: 'internal' }, () => Promise.resolve(currentTraceparent())));

    expect(seen).toEqual([undefined, cause]);
    expect(inner).toBe(cause);
    expect(withTrace(cause, sampledSpan)).toBeUndefined();
  });
});
