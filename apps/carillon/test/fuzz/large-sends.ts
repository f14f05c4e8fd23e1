const megabytes = 7_500_000;
const to = '{"users":["u0"]}';
const message = '{"title":"x"}';
const times = (text: string) => text.repeat(Math.floor(megabytes / text.length));
const members = (count: number) => Array.from({ length: count }, (_, index) => `"k${index}":0`).join();
const send = (more: string) => `{"to":${to},"message":${message},${more}}`;
const users = Array.from({ length: 10_000 }, (_, index) => ({ externalId: `nobody-${index}`, variables: { code: 'x'.repeat(600) } }));

/** Bodies of a send near its limit of 8 MiB: most hold far more values than anybody has a use for, the last is one that somebody may send. */
export const largeSends: readonly string[] = [
  `[${times('0,')}0]`,
  `[${times('[],')}0]`,
  `{${members(500_000)}}`,
  times('['),
  times('{"a":'),
  JSON.stringify('x'.repeat(megabytes)),
  send(`"variables":{"x":[${times('0,')}0]}`),
  send(`"variables":{"x":[${times('{},')}0]}`),
  send(`"variables":{${members(500_000)}}`),
  send(`"metadata":{${members(500_000)}}`),
  send(`"variables":{"x":${JSON.stringify('x'.repeat(megabytes))}}`),
  `{"to":{"users":[${times('{},')}0]},"message":${message}}`,
  `{"to":{"tags":"${times('!(')}"},"message":${message}}`,
  `{"to":${to},"message":{"title":"${times('{{a}}')}"}}`,
  `{"to":${to},"message":{"overrides":{"apns":{"a":[${times('"{{a}}",')}0]}}}}`,
  JSON.stringify({ to: { users }, message: { title: 'x' } }),
];
