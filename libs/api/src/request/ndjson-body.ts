import { applyDecorators } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import { RequestInvalid } from '../errors/request-invalid.ts';
import { parseJson } from './json-body.ts';
import { Consumes } from './media-types.ts';

export const NDJSON = 'application/x-ndjson';

/** The body of a call that takes a line of JSON for each of many; `readNdjson` reads it. */
export function TakesNdjson(example: string): MethodDecorator {
  return applyDecorators(Consumes(NDJSON), ApiBody({ schema: { type: 'string', example } }));
}

/**
 * The values of the lines, blank ones left out; a line that is no JSON is the RequestInvalid that says so, in its place. Throws RequestInvalid for more lines than `max`, and for none.
 */
export function readNdjson(body: unknown, max: number): readonly unknown[] {
  if (!Buffer.isBuffer(body)) throw new RequestInvalid([{ pointer: '', message: 'must be at least one line' }]);
  const lines: unknown[] = [];
  for (let from = 0; from < body.length;) {
    const newline = body.indexOf(10, from);
    const end = newline < 0 ? body.length : newline;
    const line = body.subarray(from, body[end - 1] === 13 ? end - 1 : end);
    from = end + 1;
    if (line.length === 0) continue;
    if (lines.length === max) throw new RequestInvalid([{ pointer: '', message: `must be at most ${max} lines` }]);
    lines.push(valueOf(line));
  }
  if (lines.length === 0) throw new RequestInvalid([{ pointer: '', message: 'must be at least one line' }]);
  return lines;
}

function valueOf(line: Uint8Array): unknown {
  try {
    return parseJson(line);
  } catch (error) {
    if (error instanceof RequestInvalid) return error;
    throw error;
  }
}
