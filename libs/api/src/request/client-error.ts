import { currentTraceId, withTrace } from '#libs/kernel';
import type { Socket } from 'node:net';
import { problemOf } from '../errors/problem.ts';

interface Refusal {
  readonly status: number;
  readonly reason: string;
  readonly code: string;
  readonly detail: string;
}

interface ClientError {
  readonly code?: string;
}

const refusals: Readonly<Record<string, Refusal>> = {
  HPE_HEADER_OVERFLOW: {
    status: 431,
    reason: 'Request Header Fields Too Large',
    code: 'headers_too_large',
    detail: 'The headers are too large',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    reason: 'Request Timeout',
    code: 'request_timeout',
    detail: 'The request took too long to arrive',
  },
};
const malformed: Refusal = { status: 400, reason: 'Bad Request', code: 'request_invalid', detail: 'This is not HTTP/1.1' };

/** What Node's parser refuses before there is a request; the answer is a problem document like any other. */
export function answerClientError(error: ClientError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const { status, reason, code, detail } = refusals[error.code ?? ''] ?? malformed;
  const { traceId, body } = withTrace(undefined, () => {
    const id = currentTraceId() ?? '';
    return { traceId: id, body: JSON.stringify(problemOf({ code, status, detail, traceId: id })) };
  });
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nX-Trace-Id: ${traceId}\r\nConnection: close\r\n\r\n${body}`,
  );
}
