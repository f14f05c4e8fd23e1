import { ConnectionError } from '../../src/connection-error.ts';
import { errorCode } from '../../src/protocol.ts';
import { HpackDecoder } from '../../src/hpack/hpack-decoder.ts';

/** RFC 7541 appendix C: blocks that follow each other on one connection, in hexadecimal, and the fields they say. */
const examples: Readonly<Record<string, readonly (readonly [block: string, ...fields: string[]])[]>> = {
  'C.2.1, a literal to remember': [['400a637573746f6d2d6b65790d637573746f6d2d686561646572', 'custom-key: custom-header']],
  'C.2.2, a literal': [['040c2f73616d706c652f70617468', ':path: /sample/path']],
  'C.2.3, a secret literal': [['100870617373776f726406736563726574', 'password: secret']],
  'C.2.4, a number': [['82', ':method: GET']],
  'C.3, requests': [
    ['828684410f7777772e6578616d706c652e636f6d', ':method: GET', ':scheme: http', ':path: /', ':authority: www.example.com'],
    ['828684be58086e6f2d6361636865', ':method: GET', ':scheme: http', ':path: /', ':authority: www.example.com', 'cache-control: no-cache'],
    [
      '828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565',
      ...[':method: GET', ':scheme: https', ':path: /index.html', ':authority: www.example.com', 'custom-key: custom-value'],
    ],
  ],
  'C.4, requests with Huffman codes': [
    ['828684418cf1e3c2e5f23a6ba0ab90f4ff', ':method: GET', ':scheme: http', ':path: /', ':authority: www.example.com'],
    ['828684be5886a8eb10649cbf', ':method: GET', ':scheme: http', ':path: /', ':authority: www.example.com', 'cache-control: no-cache'],
    [
      '828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf',
      ...[':method: GET', ':scheme: https', ':path: /index.html', ':authority: www.example.com', 'custom-key: custom-value'],
    ],
  ],
  // The examples of C.5 and C.6 have a table of 256 bytes, which the first block says here.
  'C.5, responses that push each other out of the table': [
    [
      '3fe101' +
        '4803333032580770726976617465611d4d6f6e2c203231204f637420323031332032303a31333a323120474d546e1768747470733a2f2f7777772e6578616d706c652e636f6d',
      ...[':status: 302', 'cache-control: private', 'date: Mon, 21 Oct 2013 20:13:21 GMT', 'location: https://www.example.com'],
    ],
    [
      '4803333037c1c0bf',
      ...[':status: 307', 'cache-control: private', 'date: Mon, 21 Oct 2013 20:13:21 GMT', 'location: https://www.example.com'],
    ],
    [
      '88c1611d4d6f6e2c203231204f637420323031332032303a31333a323220474d54c05a04677a69707738666f6f3d4153444a4b48514b425a584f5157454f50495541585157454f49553b206d61782d6167653d333630303b2076657273696f6e3d31',
      ...[':status: 200', 'cache-control: private', 'date: Mon, 21 Oct 2013 20:13:22 GMT', 'location: https://www.example.com'],
      ...['content-encoding: gzip', 'set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1'],
    ],
  ],
  'C.6, the same with Huffman codes': [
    [
      '3fe101488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9ae82ae43d3',
      ...[':status: 302', 'cache-control: private', 'date: Mon, 21 Oct 2013 20:13:21 GMT', 'location: https://www.example.com'],
    ],
    [
      '4883640effc1c0bf',
      ...[':status: 307', 'cache-control: private', 'date: Mon, 21 Oct 2013 20:13:21 GMT', 'location: https://www.example.com'],
    ],
    [
      '88c16196d07abe941054d444a8200595040b8166e084a62d1bffc05a839bd9ab77ad94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007',
      ...[':status: 200', 'cache-control: private', 'date: Mon, 21 Oct 2013 20:13:22 GMT', 'location: https://www.example.com'],
      ...['content-encoding: gzip', 'set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1'],
    ],
  ],
};

describe('HpackDecoder', () => {
  it.each(Object.entries(examples))('reads the example %s', (_name, blocks) => {
    const decoder = new HpackDecoder();

    const read = blocks.map(([block]) => lines(decode(decoder, block)));

    expect(read).toEqual(blocks.map(([, ...fields]) => fields));
  });

  it('forgets the oldest fields when the table of 4,096 bytes is full, and all of them for one that is larger', () => {
    const decoder = new HpackDecoder();
    for (let i = 0; i < 40; i += 1) decode(decoder, literal(`name-${i}`, 'x'.repeat(100)));
    const fieldBytes = 'name-00'.length + 100 + 32;
    const kept = Math.floor(4_096 / fieldBytes);

    expect(lines(decode(decoder, number(62)))).toEqual([`name-39: ${'x'.repeat(100)}`]);
    expect(lines(decode(decoder, number(61 + kept)))).toEqual([`name-${40 - kept}: ${'x'.repeat(100)}`]);
    expect(codeOf(() => decode(decoder, number(62 + kept)))).toBe(errorCode.compression);

    const roomy = new HpackDecoder();
    decode(roomy, literal('a', 'b'));
    expect(lines(decode(roomy, literal('large', 'x'.repeat(5_000))))).toEqual([`large: ${'x'.repeat(5_000)}`]);
    expect(codeOf(() => decode(roomy, number(62)))).toBe(errorCode.compression);
  });

  it('lets the table be resized at the beginning of a block, however often, and never above 4,096 bytes', () => {
    const decoder = new HpackDecoder();
    decode(decoder, literal('a', 'b'));

    expect(lines(decode(decoder, `20${resized(4_096)}82`))).toEqual([':method: GET']);

    expect(codeOf(() => decode(decoder, number(62)))).toBe(errorCode.compression); // 0 took everything
    expect(codeOf(() => decode(new HpackDecoder(), resized(4_097)))).toBe(errorCode.compression);
    expect(codeOf(() => decode(new HpackDecoder(), `82${resized(100)}`))).toBe(errorCode.compression);
  });

  it.each([
    ['the number 0', '80'],
    ['a number that nothing has', 'be'],
    ['a name that nothing has', '7f00' + '0161'],
    ['a number without its end', 'ff'],
    ['a number that never ends', `ff${'80'.repeat(20)}`],
    ['a number of more than 28 bits', 'ffffffffff7f'],
    ['a text that is longer than its block', '400561'],
    ['a name without a value', '400161'],
    ['a Huffman code that is the end', '400161' + '84ffffffff'],
    ['padding of eight bits', '400161' + '82' + '1fff'],
    ['padding that is not of ones', '400161' + '81' + '18'],
  ])('refuses %s', (_name, block) => {
    expect(codeOf(() => decode(new HpackDecoder(), block))).toBe(errorCode.compression);
  });

  it('refuses a few bytes that would say more than 64 KiB', () => {
    const decoder = new HpackDecoder();
    decode(decoder, literal('bomb', 'x'.repeat(4_000)));

    expect(decode(decoder, 'be'.repeat(16))).toHaveLength(32);
    expect(codeOf(() => decode(decoder, 'be'.repeat(17)))).toBe(errorCode.enhanceYourCalm);
    expect(codeOf(() => decode(decoder, '82'.repeat(3_000)))).toBe(errorCode.enhanceYourCalm);
  });
});

function decode(decoder: HpackDecoder, hex: string): string[] {
  const block = Buffer.from(hex, 'hex');
  return decoder.decode(block, 0, block.length);
}

function lines(fields: readonly string[]): string[] {
  return fields.flatMap((text, index) => (index % 2 === 0 ? [`${text}: ${fields[index + 1] ?? ''}`] : []));
}

/** Of a field that the table shall have, neither of its texts longer than 10,000 bytes. */
function literal(name: string, value: string): string {
  return `40${text(name)}${text(value)}`;
}

function text(value: string): string {
  return `${integer(0, 7, value.length)}${Buffer.from(value, 'latin1').toString('hex')}`;
}

function number(index: number): string {
  return integer(0x80, 7, index);
}

function resized(bytes: number): string {
  return integer(0x20, 5, bytes);
}

function integer(first: number, bits: number, value: number): string {
  const most = 2 ** bits - 1;
  if (value < most) return Buffer.from([first | value]).toString('hex');
  const bytes = [first | most];
  let rest = value - most;
  for (; rest >= 128; rest >>= 7) bytes.push((rest & 127) | 128);
  return Buffer.from([...bytes, rest]).toString('hex');
}

function codeOf(act: () => unknown): number | undefined {
  try {
    act();
  } catch (error) {
    if (error instanceof ConnectionError) return error.code;
    throw error;
  }
  return undefined;
}
