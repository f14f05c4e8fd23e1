import { JsonInvalid } from '../../src/errors/request-invalid.ts';
import { parseJson } from '../../src/request/json-body.ts';

/** What is told of a text that is no JSON. */
function problemsOf(text: string): unknown {
  try {
    parseJson(Buffer.from(text));
  } catch (error) {
    return error instanceof JsonInvalid ? error.errors : error;
  }
  return [];
}

const told = (position?: number) => [{ pointer: '', message: 'The body is not valid JSON', ...(position !== undefined && { position }) }];

describe('a body that is no JSON', () => {
  it.each([
    ['x', 1],
    ['{"to": x}', 8],
    ['[1,2,,3]', 6],
    ['{"a":tru}', 9],
    ['{"a":1,}', 8],
    ['{"a":1} x', 9],
    ["{'a':1}", 2],
    ['{"a":', 6],
    ['position 7', 1],
    [`{"long": "${'y'.repeat(500)}", "b": q}`, 519],
  ])('%s is refused with the place', (text, position) => {
    expect(problemsOf(text)).toEqual(told(position));
  });

  it('is refused without a place where looking for it would take long', () => {
    expect(problemsOf(`{"long": "${'y'.repeat(70_000)}", "b": q}`)).toEqual(told());
  });
});
