import { baiduSign, phpUrlencode } from '../../../src/providers/baidu/sign.ts';

const url = 'https://api.tuisong.baidu.com/rest/3.0/push/single_device';
const parameters = {
  apikey: 'testapikey',
  channel_id: '1234567890123456789',
  device_type: '3',
  msg_type: '1',
  timestamp: '1700000000',
  msg: '{"title":"Hi","description":"a b*c~d"}',
};

describe('the signature of a request to Baidu', () => {
  it('is that of the vector, whatever the order of parameters', () => {
    const backwards = Object.fromEntries(Object.entries(parameters).reverse());

    expect(baiduSign('POST', url, parameters, 'testsecret')).toBe('8879f9246d05deaa922b4a0f85f06038');
    expect(baiduSign('post', url, backwards, 'testsecret')).toBe('8879f9246d05deaa922b4a0f85f06038');
  });

  it('changes with the host', () => {
    const elsewhere = url.replace('api.tuisong.baidu.com', 'api.push.baidu.com');

    expect(baiduSign('POST', elsewhere, parameters, 'testsecret')).not.toBe(baiduSign('POST', url, parameters, 'testsecret'));
  });

  it.each([
    ['a b', 'a+b'],
    ["-_.~*!'()", '-_.%7E%2A%21%27%28%29'],
    ['a+b&c=d/e:f', 'a%2Bb%26c%3Dd%2Fe%3Af'],
    ['你好 é', '%E4%BD%A0%E5%A5%BD+%C3%A9'],
    ['😀', '%F0%9F%98%80'],
    ['\ud800', '%EF%BF%BD'],
    ['%20', '%2520'],
  ])('encodes %j as PHP does', (text, encoded) => {
    expect(phpUrlencode(text)).toBe(encoded);
  });
});
