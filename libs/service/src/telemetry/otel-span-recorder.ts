import { SpanRecorder, type Span, type SpanFacts, type SpanStart } from '#libs/kernel';
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, type Context, type Span as OtelApiSpan, type Tracer } from '@opentelemetry/api';

const kinds = {
  server: SpanKind.SERVER,
  consumer: SpanKind.CONSUMER,
  client: SpanKind.CLIENT,
  internal: SpanKind.INTERNAL,
} as const satisfies Record<SpanStart['kind'], SpanKind>;

/** Spans of the kernel as spans of OpenTelemetry. Causes are passed explicitly: the kernel alone knows what work goes on. */
export class OtelSpanRecorder extends SpanRecorder {
  constructor(private readonly tracer: Tracer) {
    super();
  }

  start(name: string, { kind, facts }: SpanStart, cause: string | undefined): Span {
    return new OtelSpan(this.tracer.startSpan(name, { kind: kinds[kind], ...(facts && { attributes: facts }) }, contextOf(cause)));
  }
}

class OtelSpan implements Span {
  readonly traceparent: string;

  constructor(private readonly span: OtelApiSpan) {
    const { traceId, spanId, traceFlags } = span.spanContext();
    this.traceparent = `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
  }

  add(facts: SpanFacts): void {
    this.span.setAttributes(facts);
  }

  end(failure?: string): void {
    if (failure !== undefined) {
      this.span.setStatus({ code: SpanStatusCode.ERROR, message: failure });
      this.span.setAttribute('error.type', failure);
    }
    this.span.end();
  }
}

function contextOf(cause: string | undefined): Context {
  if (cause === undefined) return ROOT_CONTEXT;
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId: cause.slice(3, 35),
    spanId: cause.slice(36, 52),
    traceFlags: Number.parseInt(cause.slice(53), 16),
    isRemote: true,
  });
}
