import fc from 'fast-check';
import { CUT, cutForms, cutHeaders, cutSecrets } from '../../src/dead-letters/cut-secrets.ts';

const apns = 'ab12'.repeat(16);
const fcm = `dX7-Abc_9:APA91b${'Hx_9-'.repeat(27)}`;
const jwt = 'eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJ4In0.c2lnbmF0dXJl';
const cut = (value: unknown) => JSON.parse(cutSecrets(JSON.stringify(value)).text) as unknown;

describe('cutting out what nobody should have sent', () => {
  it.each([
    ['tokens of a target', { to: { provider: 'apns', tokens: ['short', apns] } }, { to: { provider: 'apns', tokens: [CUT, CUT] } }],
    ['what is under any such name', { deviceToken: 'x', api_key: 'y', 'client-secret': 7, Authorization: ['z'] }, { deviceToken: CUT, api_key: CUT, 'client-secret': CUT, Authorization: [CUT] }],
    ['all below it', { credentials: { user: 'kim', nested: [{ password: 'p' }], empty: null } }, { credentials: { user: CUT, nested: [{ password: CUT }], empty: null } }],
    ['a token under another name', { to: { users: [apns] }, note: `for ${fcm}, and ${jwt}.` }, { to: { users: [CUT] }, note: `for ${CUT}, and ${CUT}` }],
    ['a token as a name', { [apns]: true }, { [CUT]: true }],
    ['keys of ours, and of HTTP', { note: 'cr_server_0123456789abcdef or Bearer abc.def' }, { note: `${CUT} or Bearer ${CUT}` }],
    ['JSON in a text', { body: JSON.stringify({ token: 'x' }) }, { body: JSON.stringify({ token: CUT }) }],
  ])('cuts %s', (_what, value, expected) => {
    expect(cut(value)).toEqual(expected);
  }); // prettier-ignore

  it('cuts inside of data_base64', () => {
    const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64');

    expect(cut({ id: 'e', data_base64: encoded({ tokens: [apns] }) })).toEqual({ id: 'e', data_base64: encoded({ tokens: [CUT] }) });
  });

  it.each([
    [`{"to":{"tokens":["${apns}"`, `{"to":{"tokens":${CUT}`],
    [`password = 'hunter2', user=kim`, `password = ${CUT}, user=kim`],
    [`{"apiKey" : "a\\"b", "n": 1`, `{"apiKey" : ${CUT}, "n": 1`],
    [`token=abc&x=1`, `token=${CUT}&x=1`],
    [`nobody's ${fcm}!`, `nobody's ${CUT}!`],
    [`a token of love`, `a token of love`],
  ])('cuts %s, which is no JSON', (text, expected) => {
    expect(cutSecrets(text).text).toBe(expected);
  });

  it('leaves everything else as it was written', () => {
    const text =
      '{ "data": {"app":"demo", "to": {"users": ["4711"]}, "variables": {"code": "1234567890"},\n "link": "https://shop.example/orders/a-rather-long-name/17"}}';

    expect(cutSecrets(text)).toEqual({ text, wasCut: false });
  });

  it('cuts headers', () => {
    expect(cutHeaders({ ce_id: 'e', Authorization: 'Basic x', 'X-Api-Key': 'k', note: apns })).toEqual({ ce_id: 'e', Authorization: CUT, 'X-Api-Key': CUT, note: CUT });
  }); // prettier-ignore

  it('finds a JWT behind other words, and after one that is none', () => {
    for (const before of ['', 'token-', 'a.', 'eyJ.', 'eyJ-', 'x.yyyyyyyy.', '/v1/', '-.-']) expect(cutForms(`${before}${jwt}`)).not.toContain(jwt.slice(0, 20));
    expect(cutForms('eyJ is how a JWT begins, eyJhbGciOiJIUzI1NiJ9 alone is none')).toContain('eyJhbGciOiJIUzI1NiJ9');
  }); // prettier-ignore

  it('keeps nothing of JSON with more values than anybody looks at', () => {
    expect(cutSecrets(`[${Array(60_000).fill('"x"').join()}]`)).toEqual({ text: CUT, wasCut: true });
    expect(cutSecrets(`[${Array(40_000).fill('"x"').join()}]`).wasCut).toBe(false);
  });

  it('takes one pass over whatever comes', () => {
    const texts = ['token'.repeat(200_000), 'token   '.repeat(120_000), '-'.repeat(1_000_000), `${'a'.repeat(19)} `.repeat(50_000), '"token":"'.repeat(110_000), '['.repeat(1_000_000), 'eyJ'.repeat(330_000), 'eyJ-'.repeat(250_000), `${'eyJ-'.repeat(250_000)}.`, 'eyJaaaaaaaa.'.repeat(80_000), 'a/'.repeat(500_000), 'eyJ/'.repeat(250_000), ':'.repeat(1_000_000), 'bearer '.repeat(140_000)];
    const startedAt = performance.now();

    for (const text of texts) cutSecrets(text);

    expect(performance.now() - startedAt).toBeLessThan(20_000);
  }); // prettier-ignore

  it('keeps JSON what it is, and leaves no token in it', () => {
    const value = fc.letrec((tie) => ({ value: fc.oneof({ maxDepth: 4 }, fc.constantFrom(apns, fcm, jwt), fc.string(), fc.integer(), fc.array(tie('value')), fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('token', apns)), tie('value'))) })).value; // prettier-ignore

    fc.assert(
      fc.property(value, (some) => {
        const { text } = cutSecrets(JSON.stringify({ some }));

        expect(() => JSON.parse(text) as unknown).not.toThrow();
        for (const secret of [apns, fcm, jwt]) expect(text).not.toContain(secret);
      }),
    );
    expect(cutForms('/data/to: must be a list')).toBe('/data/to: must be a list');
  });
});
