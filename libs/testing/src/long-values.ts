const bytes = 1_000_000; // a little below the limit of 1 MiB, with all that stands around it
const times = (text: string) => text.repeat(Math.floor(bytes / text.length));
const listOf = (item: string) => `[${times(`${item},`)}${item}]`;
const members = (name: (index: number) => string, value: string, count: number) =>
  `{${Array.from({ length: count }, (_, index) => `${JSON.stringify(name(index))}:${value}`).join()}}`;

/** JSON texts of about a mebibyte, each long in a way of its own. They are written, not made from values: most are what no program writes. */
export const longValues: readonly string[] = [
  `"${times('x')}"`, // a long text
  `"${times('\\u00e9')}"`, // a text of escapes
  `"${times('\\"')}"`, // a text of quotes
  `"${times('\\ud800')}"`, // halves of characters
  `[${Array(19_000)
    .fill(`"${'x'.repeat(40)}\\udfff"`)
    .join()}]`, // texts with half a character each
  `{"${times('k')}":1}`, // a long name
  members((index) => `${index}-${'n'.repeat(950)}`, '1', 990), // a thousand long names
  members((index) => `${index}-${'n'.repeat(2_000)}`, '1', 480), // names that are too long
  `{${times('"a":1,')}"a":1}`, // one name many times
  `{${Array(999)
    .fill(`"a":"${'y'.repeat(980)}"`)
    .join()},"a":1}`, // a thousand times one name
  `${'['.repeat(500_000)}${']'.repeat(500_000)}`, // deep lists
  `[${Array(6_000)
    .fill(`${'['.repeat(62)}${']'.repeat(62)}`)
    .join()}]`.slice(0, bytes), // lists as deep as may be
  `${times('{"a":')}1`, // deep objects
  `[${Array(2_300)
    .fill(`${'{"a":'.repeat(60)}1${'}'.repeat(60)}`)
    .join()}]`, // objects as deep as may be
  `[${Array(19_999).fill('1').join()}]`, // a list of numbers
  `[${Array(3_000)
    .fill(`1${'0'.repeat(300)}e-299`)
    .join()}]`, // a list of huge numbers
  times('9'), // one huge number
  `0.${times('1')}e${'9'.repeat(10)}`, // a number of small parts
  `[${Array(12)
    .fill(`[${Array(19_000).fill('1').join()}]`)
    .join()}]`, // lists of numbers
  `[${Array(19_999).fill('{}').join()}]`, // a list of empty objects
  `[${Array(19_999).fill('""').join()}]`, // a list of empty texts
  listOf('null'), // a list of nulls
  `[${Array(12_000)
    .fill(`{"externalId":"u${'x'.repeat(40)}","x":[1]}`)
    .join()}]`, // many little objects
  `[${Array(700)
    .fill(members((index) => `k${index}`, '"vvvv"', 100))
    .join()}]`, // objects of a hundred fields
  `"${times('!')}"`, // a tag expression of nots
  `"${times('(')}"`, // a tag expression of parentheses
  `"${times('vip && ')}vip"`, // a tag expression of tags
  `"${times('{{ variables.x }}')}"`, // a template of outputs
  `"${times('{% for i in (1..99) %}')}"`, // a template of loops
  `"${times('{{ a | append: ')}"`, // a template that is never closed
  `"{{${times(' ')}}}"`, // a template of blanks
  members((index) => `${index}${'/~'.repeat(450)}`, '{"__proto__":1}', 900), // slashes and tildes
  `[${Array(15_000).fill('{"__proto__":{"constructor":1}}').join()}]`, // forbidden names
  `${times(' ')}1`, // blanks
  `"${times('eyJ-')}"`, // what could each be the beginning of a JWT
  `"${times('eyJaaaaaaaa.')}"`, // a JWT of too many parts
  `"${times('a/')}"`, // a path
  `"${times('bearer ')}"`, // what could each be a header
  `{"token":[${Array(19_000).fill('"cr_server_0123456789012345678901234567"').join()}]}`, // secrets
  `"${times('[')}"`, // JSON within JSON
  `"${times('{\\"token\\":')}"`, // secrets in JSON within JSON
];
