import { PushError } from './push-error.ts';
import { currentTraceparent, readTraceparent, withTrace } from './trace.ts';

/** What is told of a span. Ids and counts; never a push token, a key, a credential or the text of a message. */
export type SpanFacts = Readonly<Record<string, string | number | boolean>>;

export type SpanKind = 'server' | 'consumer' | 'client' | 'internal';

export interface SpanStart {
  readonly kind: SpanKind;
  readonly facts?: SpanFacts;
  /** The `traceparent` of what caused the work. Absent: the work going on. Null, or not well formed: nothing did, a trace begins. */
  readonly cause?: string | null | undefined;
}

/** A piece of work of a trace, while it goes on. */
export interface Span {
  /** What work caused by this one is to carry. */
  readonly traceparent: string;
  add(facts: SpanFacts): void;
  /** Once. `failure`: a stable word for what went wrong. */
  end(failure?: string): void;
}

/** Keeps spans. The kernel has none of its own: where nobody records, a span costs a comparison. */
export abstract class SpanRecorder {
  /** `cause`: a well-formed `traceparent`; undefined where a trace begins. */
  abstract start(name: string, start: SpanStart, cause: string | undefined): Span;
}

let recorder: SpanRecorder | undefined;

/** From now on spans of this process go there; undefined: nowhere. */
export function recordSpansWith(chosen: SpanRecorder | undefined): void {
  recorder = chosen;
}

/** Whether anybody keeps spans: what costs to tell of one need not be made where nobody does. */
export function recordsSpans(): boolean {
  return recorder !== undefined;
}

/** Begins a span that its caller ends. Undefined where nobody records. */
export function startSpan(name: string, start: SpanStart): Span | undefined {
  return recorder?.start(name, start, causeOf(start));
}

/**
 * Does work as a span of its own: what it causes belongs to it. It fails as the work fails. The work gets undefined where nobody
 * records; it is in the trace of its cause all the same.
 */
export function inSpan<T>(name: string, start: SpanStart, work: (span?: Span) => Promise<T>): Promise<T> {
  const span = startSpan(name, start);
  if (span) return recorded(span, work);
  return start.cause === undefined ? work() : withTrace(start.cause ?? undefined, work);
}

/** The names by which logs and metrics point at the span going on; undefined where nobody keeps it. */
export function sampledSpan(traceparent = currentTraceparent()): { readonly trace_id: string; readonly span_id: string } | undefined {
  if (!recorder || traceparent === undefined || !isSampled(traceparent)) return undefined;
  return { trace_id: traceparent.slice(3, 35), span_id: traceparent.slice(36, 52) };
}

async function recorded<T>(span: Span, work: (span: Span) => Promise<T>): Promise<T> {
  try {
    const result = await withTrace(span.traceparent, () => work(span));
    span.end();
    return result;
  } catch (error) {
    span.end(failureWord(error));
    throw error;
  }
}

function causeOf({ cause }: SpanStart): string | undefined {
  return cause === undefined ? currentTraceparent() : readTraceparent(cause ?? undefined);
}

function isSampled(traceparent: string): boolean {
  return (Number.parseInt(traceparent.slice(53), 16) & 1) === 1;
}

/** Never the message: it may say what somebody sent. */
function failureWord(error: unknown): string {
  if (error instanceof PushError) return error.code;
  return error instanceof Error ? error.name : 'failed';
}
