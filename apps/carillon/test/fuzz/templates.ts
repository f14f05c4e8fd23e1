import fc from 'fast-check';
import { hostileText } from './hostile.ts';

const names = fc.constantFrom(
  'variables.x',
  'variables.list',
  'user.externalId',
  'user.attributes.name',
  'installation.tags',
  'i',
  'a',
  'nothing',
  '"text"',
  '7',
  '1.5',
  'empty',
  '(1..9)',
  '(1..99999999)',
);
const filters = fc.constantFrom(
  'upcase', 'size', 'strip_html', 'squish', 'json', 'escape', 'url_decode', 'base64_decode', 'sort', 'sort_natural', 'uniq', 'first', 'reverse', 'date: "%Y %s %99999Y"', 'split: ""',
  'join: ","', 'replace: "x", "xxxxxxxx"', 'append: variables.x', 'truncatewords: 2', 'slice: -3, 9', 'times: 1e300', 'divided_by: 0', 'modulo: 0', 'round: 99999', 'map: "a"', 'where: "a", 1',
  'where_exp: "o", "o.a == 1"', 'group_by: "a"', 'concat: variables.list', 'compact', 'default: "d"', 'nofilter', 'plus', 'inspect', 'strip_newlines', 'slugify', 'number_of_words', 'push: 1', 'sum',
); // prettier-ignore
const conditions = fc.constantFrom(
  'true',
  'variables.x contains "x"',
  'user.externalId == "u0" and 1 > 0 or nothing',
  'variables.list == empty',
  'a <>',
  '1 =! 2',
);

/** Liquid made by its grammar, with loops, long chains and mistakes. */
export const liquid: fc.Arbitrary<string> = fc.letrec<{ part: string; parts: string }>((tie) => ({
  part: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.tuple(names, fc.array(filters, { maxLength: 6 })).map(([name, chain]) => `{{ ${[name, ...chain].join(' | ')} }}`),
    fc.string({ unit: 'grapheme', maxLength: 10 }),
    fc.tuple(names, tie('parts')).map(([name, inner]) => `{% for i in ${name} %}${inner}{% endfor %}`),
    fc.tuple(conditions, tie('parts')).map(([condition, inner]) => `{% if ${condition} %}${inner}{% else %}-{% endif %}`),
    fc.tuple(names, tie('parts')).map(([name, inner]) => `{% assign a = ${name} %}${inner}`),
    tie('parts').map((inner) => `{% capture a %}${inner}{{ a }}{% endcapture %}{{ a }}`),
    fc.constantFrom('{% abort %}', '{% abort "why" %}', '{% break %}', '{% raw %}{{ x }}', '{% include "x" %}', '{% cycle 1, 2 %}', '{% increment n %}', '{% liquid echo 1 %}', '{% endfor %}', '{{', '}}', '{%', '{{-', '{% comment %}'),
  ),
  parts: fc.array(tie('part'), { maxLength: 4 }).map((parts) => parts.join('')),
})).parts; // prettier-ignore

const deep = (open: string, close: string, depth: number) => `${open.repeat(depth)}x${close.repeat(depth)}`;
const many = (text: string, count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, text]));

/** Messages that would be costly to parse or to render. */
export const costlyMessages: readonly object[] = [
  { title: deep('{% if true %}', '{% endif %}', 600) },
  { title: deep('{% for i in (1..9) %}', '{% endfor %}', 200) },
  { title: deep('{% case 1 %}{% when 1 %}', '{% endcase %}', 400) },
  { title: deep('{% capture a %}', '{% endcapture %}', 500) },
  { title: `{{ ${'variables['.repeat(1_500)}1${']'.repeat(1_500)} }}` },
  { title: `{{ variables${'.a'.repeat(8_000)} }}` },
  { title: `{{ 1${' | plus: 1'.repeat(1_600)} }}` },
  { title: `{% if ${'1 and '.repeat(2_600)}1 %}x{% endif %}` },
  { title: '{{'.repeat(8_000) },
  { title: '{{a}}'.repeat(3_200) },
  { title: `{% assign a = "x" %}${'{% assign a = a | append: a %}'.repeat(60)}{{ a | size }}` },
  { title: `{% assign a = variables.list %}${'{% assign a = a | concat: a %}'.repeat(60)}{{ a | size }}` },
  { title: '{% for i in (1..99999) %}{{ variables.x }}{% endfor %}' },
  { title: '{% for a in (1..99999) %}{% for b in (1..99999) %}{% for c in (1..99999) %}{% endfor %}{% endfor %}{% endfor %}' },
  { title: '{{ (1..99999999999) | join: "," }}' },
  { title: '{% for i in (1..500) %}{{ variables.x | split: "" | sort_natural | uniq | reverse | join: "," | size }}{% endfor %}' },
  { title: '{% for i in (1..500) %}{{ variables.list | where_exp: "o", "o != i" | size }}{% endfor %}' },
  { title: 'x', data: many('{% for i in (1..3000) %}{{ i | times: 2 }}{% endfor %}', 100) },
  { title: 'x', data: many('{{ variables.x | strip_html | squish | escape }}', 100) },
  { title: 'x', data: many('{{a}}'.repeat(3_200), 100) },
  { title: 'x', overrides: { apns: { a: Array(1_500).fill('{{ variables.x }}') } } },
  { title: 'x', localized: Object.fromEntries(Array.from({ length: 26 * 26 }, (_, index) => [String.fromCharCode(97 + (index % 26), 97 + Math.floor(index / 26)), { title: '{{ variables.x }}' }])) },
]; // prettier-ignore

/** Messages with the values that make them costly: filters that evaluate expressions do so once for each item, and expressions may hold such filters. */
export const costlyPairs: readonly { readonly message: object; readonly variables: object }[] = [
  ['has_exp', `variables.l | has_exp: 'b', 'b == 1'`],
  ['find_exp', `variables.l | find_exp: 'b', 'b == 1'`],
  ['where_exp', `variables.l | where_exp: 'b', 'b == 1' | size`],
  ['reject_exp', `variables.l | reject_exp: 'b', 'b != 1' | size`],
  ['group_by_exp', `variables.l | group_by_exp: 'b', 'b' | size`],
].map(([filter, expression]) => ({
  message: { title: `{{ variables.l | ${filter!}: "a", variables.e }}`, body: '{{ variables.l | map: "x" | join: "," | size }}' },
  variables: { l: Array(700).fill(7), e: expression },
}));

/** Values that filters and loops work on, as long as a send may have them. */
export const costlyVariables: readonly object[] = [
  { x: '<'.repeat(16_000), list: Array(7_000).fill(7) },
  { x: ' '.repeat(16_000), list: Array.from({ length: 1_200 }, (_, index) => ({ a: index })) },
  { x: '<!--'.repeat(4_000), list: [[[[]]]] },
  { x: 'é-'.repeat(8_000), list: 'text' },
];

const tagPart = fc.oneof(fc.constantFrom('vip', 'a', '&&', '||', '!', '(', ')', ' ', '$UserId:{u0}', '$InstallationId:{p0}', '$UserId:{', '$X', '&', '|', '\u0000', 'é', '@', ''), fc.string({ unit: 'binary-ascii', maxLength: 4 })); // prettier-ignore

/** Tag expressions: by the grammar, nearly so, deep and long. */
export const tagExpression: fc.Arbitrary<string> = fc.oneof(
  { arbitrary: fc.array(tagPart, { maxLength: 30 }).map((parts) => parts.join('')), weight: 8 },
  { arbitrary: fc.array(fc.constantFrom('vip', 'news', '!muted', '(a || b)'), { minLength: 1, maxLength: 30 }).map((parts) => parts.join(' && ')), weight: 4 },
  { arbitrary: fc.constantFrom('!', '(', '!(', 'a||', 'a&&!').chain((unit) => fc.constantFrom(63, 64, 65, 300, 6_000).map((times) => unit.repeat(times))), weight: 2 },
  { arbitrary: fc.constantFrom(1, 63, 64, 65, 2_000).map((depth) => `${'('.repeat(depth)}a${')'.repeat(depth)}`), weight: 2 },
  { arbitrary: fc.constantFrom(99, 100, 101, 3_000).map((count) => Array.from({ length: count }, (_, index) => `t${index}`).join('||')), weight: 2 },
  { arbitrary: hostileText, weight: 2 },
); // prettier-ignore
