import type { Destination } from './transport.ts';

/** Of path, own values and authorization of a request together, in characters. */
export const maxOwnChars = 32_768;
const notInPath = /[^\x21-\x7e]/;
/** RFC 9110 section 5.5, less strict about spaces at the ends; and nothing that Latin-1 has no byte for. */
const notInValue = /[^\t\x20-\x7e\x80-\xff]/;

/** Whom requests to a destination are for, as they say themselves. */
export function authorityOf({ host, port, authority }: Destination): string {
  return authority ?? (port === 443 ? host : `${host}:${port}`);
}

export function isPath(text: string): boolean {
  return text !== '' && !notInPath.test(text);
}

export function isHeaderValue(text: string): boolean {
  return !notInValue.test(text);
}

/** Names and values that all requests of a batch share. */
export function areSharedHeaders(parts: readonly string[]): boolean {
  return parts.every(isHeaderValue) && charsOf(parts) <= maxOwnChars / 2;
}

export function charsOf(values: readonly string[]): number {
  return values.reduce((sum, value) => sum + value.length, 0);
}
