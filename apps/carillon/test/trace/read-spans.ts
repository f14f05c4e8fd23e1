import { bytesAt, integerAt, messages, readFields, textAt, type Fields } from './protobuf-reader.ts';

/** A span as it was exported. */
export interface ExportedSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** Null where the trace begins. */
  readonly parentId: string | null;
  readonly name: string;
  readonly kind: 'unspecified' | 'internal' | 'server' | 'client' | 'producer' | 'consumer';
  /** Nanoseconds since 1970. */
  readonly startedAt: bigint;
  readonly endedAt: bigint;
  readonly facts: Readonly<Record<string, string | number | boolean>>;
  /** Of the process. */
  readonly resource: Readonly<Record<string, string | number | boolean>>;
  readonly failed: boolean;
}

const kinds = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'] as const;
const statusError = 2n;

/** The spans of an `ExportTraceServiceRequest` (opentelemetry-proto 1, field numbers as published there). */
export function readSpans(body: Uint8Array): readonly ExportedSpan[] {
  return messages(readFields(body), 1).flatMap((resourceSpans) => {
    const resource = Object.assign({}, ...messages(resourceSpans, 1).map((one) => attributes(one, 1))) as ExportedSpan['resource'];
    return messages(resourceSpans, 2).flatMap((scope) => messages(scope, 2).map((span) => ({ ...spanOf(span), resource })));
  });
}

function spanOf(span: Fields): Omit<ExportedSpan, 'resource'> {
  const parent = hex(span, 4);
  const [status] = messages(span, 15);
  return {
    traceId: hex(span, 1),
    spanId: hex(span, 2),
    parentId: parent === '' ? null : parent,
    name: textAt(span, 5),
    kind: kinds[Number(integerAt(span, 6))] ?? 'unspecified',
    startedAt: integerAt(span, 7),
    endedAt: integerAt(span, 8),
    facts: attributes(span, 9),
    failed: status !== undefined && integerAt(status, 3) === statusError,
  };
}

function hex(fields: Fields, number: number): string {
  return Buffer.from(bytesAt(fields, number)).toString('hex');
}

function attributes(fields: Fields, number: number): Record<string, string | number | boolean> {
  return Object.fromEntries(messages(fields, number).map((pair) => [textAt(pair, 1), valueOf(messages(pair, 2)[0])]));
}

function valueOf(value: Fields = new Map()): string | number | boolean {
  if (value.has(2)) return integerAt(value, 2) === 1n;
  if (value.has(3)) return Number(BigInt.asIntN(64, integerAt(value, 3)));
  if (value.has(4)) return new Float64Array(BigUint64Array.of(integerAt(value, 4)).buffer)[0] ?? 0;
  return textAt(value, 1);
}
