import { compileMessage } from '../src/compile-message.ts';
import type { RenderContext } from '../src/compiled-message.ts';
import type { TemplateInvalid } from '../src/template-invalid.ts';

const variables = {
  numbers: Array.from({ length: 700 }, (_, index) => index),
  items: Array.from({ length: 300 }, (_, index) => ({ name: `item ${index}`, price: index })),
  long: 'x'.repeat(32_000),
  letters: Array.from('x'.repeat(7_000)),
  words: 'word '.repeat(6_000),
  similar: 'a'.repeat(16_000),
  path: `${'a.'.repeat(8_000)}a`,
  deep: JSON.parse('['.repeat(3_000) + ']'.repeat(3_000)) as unknown,
  e: "variables.numbers | has_exp: 'b', 'b == 9999'",
  e2: "variables.numbers | has_exp: 'b', variables.e",
};
const context: RenderContext = { user: {}, installation: {}, variables, campaign: {}, event: {} };

function renderingOf(body: string) {
  return compileMessage({ body }).render(context, null);
}

function problemsOf(body: string): unknown {
  try {
    compileMessage({ body });
    return [];
  } catch (error) {
    return (error as TemplateInvalid).problems;
  }
}

const nested = (count: number, tag: string, end: string) => tag.repeat(count) + end.repeat(count);
const many = (count: number, part: string) => part.repeat(count);
const loop = (part: string) => `{% for i in (1..100000) %}${part}{% endfor %}`;

describe('the budget of a rendering', () => {
  it.each([
    ['an expression out of a variable', '{{ variables.numbers | has_exp: "a", variables.e }}'],
    ['expressions in expressions', '{{ variables.numbers | has_exp: "a", variables.e2 }}'],
    ['find_exp', many(200, '{{ variables.numbers | find_exp: "a", "a == 5000" }}')],
    ['find_index_exp', many(200, '{{ variables.numbers | find_index_exp: "a", "a == 5000" }}')],
    ['where_exp', many(50, '{{ variables.items | where_exp: "a", "a.price == a.price" | size }}')],
    ['reject_exp', many(50, '{{ variables.items | reject_exp: "a", "a.price == a.price" | size }}')],
    ['group_by_exp', '{{ variables.letters | group_by_exp: "a", "a | upcase" | size }}'],
    ['a long expression, parsed again and again', loop(`{{ "a,b" | split: "," | where_exp: "a", "${many(2_000, '1 and ')}1" | size }}`)],
    ['loops in loops', loop(loop(''))],
    ['empty loops one after the other', many(100, '{% for a in (1..3000) %}{% endfor %}')],
    ['a table', '{% tablerow a in (1..100000) %}{% endtablerow %}'],
    ['long ranges', many(20, '{% assign a = (1..600000) %}')],
    ['a range that nobody could keep', '{{ (1..1000000000000) | size }}'],
    ['reversed ranges', many(60, '{% for i in (1..60000) reversed limit: 1 %}{% endfor %}')],
    ['a text that doubles', `{% assign a = variables.long %}${many(40, '{% assign a = a | append: a %}')}`],
    ['a capture that doubles', `{% capture a %}xx{% endcapture %}${many(40, '{% capture a %}{{ a }}{{ a }}{% endcapture %}')}`],
    ['a list that doubles', `{% assign a = variables.numbers %}${many(40, '{% assign a = a | concat: a %}')}`],
    ['a list within itself', `{% assign a = variables.numbers %}${many(60, '{% assign a = a | push: a %}')}`],
    ['lists compared', loop('{% if variables.letters == variables.letters %}{% endif %}')],
    ['lists compared by case', loop('{% case variables.letters %}{% when variables.letters %}{% endcase %}')],
    ['a list searched', loop('{% if variables.letters contains "z" %}{% endif %}')],
    [
      'a text searched for what nearly fits',
      `{% assign p = "b" | append: variables.similar %}${loop('{{ variables.similar | remove: p | size }}')}`,
    ],
    ['replacing each letter with a text', '{{ variables.long | replace: "x", variables.long | size }}'],
    ['joining with a text', '{{ variables.letters | join: variables.long | size }}'],
    ['splitting into letters', many(100, '{{ variables.long | split: "" | size }}')],
    ['sorting', many(100, '{{ variables.letters | sort_natural | size }}')],
    ['sorting words', many(20, '{{ variables.words | split: " " | sort | uniq | size }}')],
    ['a path of thousands of steps for each item', '{{ variables.items | map: variables.path | size }}'],
    ['where over long lists', many(200, '{{ variables.items | where: "name", "item 5" | size }}')],
    ['sums', many(300, '{{ variables.items | sum: "price" }}')],
    ['json', many(100, '{{ variables.items | json | size }}')],
    ['a value nested without end', '{{ variables.deep | json: 10 | size }}'],
    ['a date of great width', '{{ 0 | date: "%99999999d" }}'],
    ['dates in zones', many(700, '{{ 0 | date: "%c", "America/New_York" }}')],
    ['branches of literals', loop(`{% if false %}${many(900, '{% elsif false %}')}{% endif %}`)],
    ['cases of literals', loop(`{% case 1 %}{% when ${many(6_000, '2,')}3 %}{% endcase %}`)],
    ['arguments of literals', loop(`{{ 1 | default: ${many(6_000, '1,')}1 }}`)],
    ['parameters of a loop', loop(`{% for x in (1..1) ${Array.from({ length: 1_500 }, (_, at) => `a${at}:1`).join(' ')} %}{% endfor %}`)],
    ['a cycle of literals', loop(`{% cycle ${many(6_000, '1,')}1 %}`)],
    ['long conditions', loop(`{% if ${many(2_000, '1 and ')}1 %}{% endif %}`)],
    ['chains of filters', loop(`{{ 1${many(2_500, '|abs')} }}`)],
    ['a long literal made anew', loop(`{{ "${many(14_000, 'x')}" | upcase | size }}`)],
    ['a path that ends nowhere', loop(`{{ variables${many(6_000, '.x')} | default: 1 }}`)],
    ['hashes', many(300, '{{ variables.long | sha256 }}')],
    ['a long text again and again', many(300, '{{ variables.long | escape | size }}')],
    ['increments', loop('{% increment a %}')],
    ['a text around a loop', loop(many(14_000, 'x'))],
  ])('ends %s', (_what, body) => {
    const startedAt = performance.now();

    expect(renderingOf(body)).toMatchObject({
      kind: 'template_error',
      reason: expect.stringMatching(/more than 10,000 steps|over 65,536 characters|nested more than 64|at most 100 wide/) as string,
    });
    expect(performance.now() - startedAt).toBeLessThan(2_000); // some ms; the same took seconds, or never ended
  });

  it('is one for all texts of a message', () => {
    const body = '{% for i in (1..2000) %}{% endfor %}{{ "x" }}';
    const data = Object.fromEntries(Array.from({ length: 10 }, (_, at) => [`k${at}`, body]));

    expect(compileMessage({ body }).render(context, null)).toMatchObject({ kind: 'rendered' });
    expect(compileMessage({ data }).render(context, null)).toMatchObject({ kind: 'template_error' });
  });

  it('ends the same however often and wherever it is rendered', () => {
    const body = '{% for i in variables.numbers %}{{ i | plus: 1 | append: "," }}{% endfor %}';
    const renderings = Array.from({ length: 5 }, () => JSON.stringify(renderingOf(body)));

    expect(new Set(renderings).size).toBe(1);
  });

  it('is enough for what messages do', () => {
    const body = `{% assign cheap = variables.items | where_exp: "i", "i.price < 3" | map: "name" | join: ", " %}{{ cheap | upcase }}
      {% for item in variables.items limit: 100 %}{{ forloop.index }}. {{ item.name | escape | truncate: 20 }}: {{ item.price | times: 1.19 | round: 2 }}
      {% endfor %}`;

    expect(renderingOf(body)).toMatchObject({
      kind: 'rendered',
      message: { body: expect.stringContaining('ITEM 0, ITEM 1, ITEM 2') as string },
    });
  });

  it.each([
    ['tags in tags', nested(31, '{% if 1 %}', '{% endif %}'), 'nested 30 deep'],
    ['tags in a liquid tag', `{% liquid\n${many(40, 'if 1\n')}${many(40, 'endif\n')} %}`, 'nested 30 deep'],
    ['brackets in brackets', `{{ ${many(25, 'a[')}b${many(25, ']')} }}`, 'expressions 20'],
    ['thousands of brackets', `{{ ${many(4_000, 'a[')}b${many(4_000, ']')} }}`, ''],
    ['thousands of ranges', `{{ ${many(3_000, '(1..')}1${many(3_000, ')')} }}`, ''],
    ['thousands of tags', many(2_001, '{{a}}'), 'at most 2,000 tags'],
    ['long tags', `{{ a | default: ${many(16_000, '1,')}1 }}`.repeat(2), '32,768 characters within them'],
    ['what is never closed', many(1_999, '{% if 1 %}'), ''],
  ])('is not asked for %s: they do not parse', (_what, body, message) => {
    const startedAt = performance.now();

    expect(problemsOf(body)).toEqual([
      { pointer: '/body', position: expect.any(Number) as number, message: expect.stringContaining(message) as string },
    ]);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });
});

describe('a text', () => {
  it.each([
    ['{{ variables.items }}', 'list'],
    ['{{ variables.items[0] }}', 'object'],
    ['{% echo variables.items.first %}', 'object'],
    ['{% cycle variables.items %}', 'list'],
    ['{{ "Hi " | append: variables.items[0] }}', 'object'],
    ['{{ variables.items | upcase }}', 'list'],
    ['{{ variables.items | join: ", " }}', 'objects'],
    ['{{ variables.items | array_to_sentence_string }}', 'objects'],
    ['{{ 1 | divided_by: 0 }}', 'no number'],
  ])('holds no list and no object: %s', (body, reason) => {
    expect(renderingOf(body)).toMatchObject({ kind: 'template_error', reason: expect.stringContaining(reason) as string });
  });

  it.each([
    ['{{ variables.items.size }}', '300'],
    ['{{ variables.items.first.name }} {{ variables.items.last.name }}', 'item 0 item 299'],
    ['{{ variables.items.first | json }}', '{"name":"item 0","price":0}'],
    ['{{ true }} {{ nil }}{{ 1.5 }}', 'true 1.5'],
    ['-{{ "" | split: "," | join }}', '-'],
  ])('of %s is %j', (body, text) => {
    expect(renderingOf(body)).toEqual({ kind: 'rendered', message: { body: text } });
  });
});

describe('the key of a rendering', () => {
  const keyFor = (body: string, name: string, more: object = {}) =>
    compileMessage({ body }).renderingKey(
      { ...context, user: { name }, variables: { items: [{ name }, { name: 'z' }], word: name, ...more } },
      null,
    );

  it.each([
    '{{ variables.items.first.name }}',
    '{{ variables.items[0].name }}',
    '{{ variables.items[-2].name }}',
    '{{ variables.word.size }}',
    '{{ variables.items | where_exp: "i", "i.name == user.name" | size }}',
    '{% assign e = "user.name" %}{{ variables.items | has_exp: "i", e }}',
    '{% assign who = user %}{{ who.name }}',
    '{{ variables["items"][variables.n].name }}',
    '{{ [variables.root].name }}',
    '{% for i in variables.items %}{{ i.name }}{% endfor %}',
  ])('tells apart those who read another text: %s', (body) => {
    expect(keyFor(body, 'Kim', { n: 0, root: 'user' })).not.toBe(keyFor(body, 'Charlie', { n: 0, root: 'user' }));
  });

  it('holds each value once, however often and however deep it is named', () => {
    const body = `{{ variables.a }}${Array.from({ length: 500 }, (_, at) => `{{ variables.a.b${at} }}`).join('')}`;
    const message = compileMessage({ body });

    expect(message.renderingKey({ ...context, variables: { a: { b1: 'x'.repeat(1_000) } } }, null).length).toBeLessThan(2_000);
  });
});
