import type { Answer } from '../../src/transport/transport.ts';

/** A provider's answer, for tests. */
export function anAnswer(status: number, body: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, body: () => body, header: (name) => headers[name] };
}
