import { ExpressionInvalid, compileExpression } from '../src/template-expression.ts';

function valueOf(text: string, properties: Record<string, string> = {}): string | number {
  const expression = compileExpression(text);
  return expression ? expression(new Map(Object.entries(properties))) : text;
}

function problemOf(text: string): readonly [number, string] | undefined {
  try {
    compileExpression(text);
    return undefined;
  } catch (error) {
    if (!(error instanceof ExpressionInvalid)) throw error;
    return [error.position, error.message];
  }
}

const long = 'This is the title line';

describe('An expression of a template', () => {
  it.each([
    ['$(m)', { m: 'é "x"' }, 'é "x"'],
    ['$( M )', { m: 'x' }, 'x'],
    ['$(missing)', {}, ''],
    ["{'Hi, ' + $(name)}", { name: 'Kim' }, 'Hi, Kim'],
    ["{ $(a)+', '+$(b) }", { a: '1', b: '2' }, '1, 2'],
    ["$(a) + '-' + $(b)", { a: '1', b: '2' }, '1-2'],
    ['{"say ""hi"""}', {}, 'say "hi"'],
    ["{'it''s'}", {}, "it's"],
    ["{''}", {}, ''],
    ["{'}' + '+'}", {}, '}+'],
    ['$(a:{none})', {}, 'none'],
    ['$(a:{none})', { a: '' }, ''],
    ['$(a:{x\\}y})', {}, 'x}y'],
    ['$(a:{b\\\\c})', {}, 'b\\c'],
    ['$(a:{one, (two)})', {}, 'one, (two)'],
    ['$(a:{a long one}, 6)', {}, 'a long'],
    ['%(u:{a b})', {}, 'a%20b'],
    ['.(t, 20)', { t: long }, 'This is the title...'],
    ['.(t, 22)', { t: long }, long],
    ['.(t,2)', { t: long }, '..'],
    ['.(t,0)', { t: long }, ''],
    ['$(t, 4)', { t: long }, 'This'],
    ['$(a,0)', { a: 'x' }, ''],
    ['$(a,1)', { a: '😀x' }, ''],
    ['$(a,2)', { a: '😀x' }, '😀'],
    ['%(u)', { u: 'a b&c' }, 'a%20b%26c'],
    ['%(u)', { u: '\ud800' }, '%EF%BF%BD'],
    ['#(n)', { n: '40' }, 40],
    ['#(n)', { n: '1.5e3' }, 1_500],
    ['#(n:{7})', {}, 7],
    ['#(n)', { n: '-1' }, '-1'],
    ['#(n)', { n: '007' }, '007'],
    ['#(n)', { n: 'x' }, 'x'],
    ['#(n)', { n: '' }, ''],
    ['#(n)', { n: '12345678901234567890' }, '12345678901234567890'],
    ['#(n)', { n: '1e999' }, '1e999'],
  ] as const)('%s with %j is %j', (text, properties, value) => {
    expect(valueOf(text, properties as unknown as Record<string, string>)).toBe(value);
  });

  it.each(['', '  ', 'Hi $(name)', ' $(name)', "'quoted'", '#000000', '$5 off', '...', '50%', '$bodybuilder', '$', '+'])(
    'is none where the text is %j: it stays as it is',
    (text) => {
      expect(compileExpression(text)).toBeUndefined();
    },
  );

  it.each([
    ["{#(n) + 'x'}", 2],
    ["#(n) + 'x'", 1],
    ['.(a)', 4],
    ['$(a b)', 3],
    ['$()', 3],
    [`$(${'a'.repeat(121)})`, 3],
    ['%(u, 3)', 4],
    ['#(n, 3)', 4],
    ['$(a, -1)', 6],
    ['$(a, x)', 6],
    ['$(a,)', 5],
    ['$(a', 4],
    ['$(a:none)', 5],
    ['$(a:{none)', 11],
    ['$(a) x', 6],
    ["$(a) 'x'", 6],
    ['$(a) +', 7],
    ['$(a) + x', 8],
    ['$body', 1],
    ['{', 1],
    ['{}', 2],
    ['{not an expression', 18],
    ['{"a":1}', 5],
    ["{'open}", 2],
    ['{$(a) $(b)}', 7],
  ] as const)('refuses %s at character %i', (text, position) => {
    expect(problemOf(text)?.[0]).toBe(position);
  });
});
