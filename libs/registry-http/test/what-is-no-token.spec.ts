import { randomBytes } from 'node:crypto';
import { PROVIDERS } from '#libs/kernel';
import { tokenForm } from '../src/push-token-form.ts';

const placeholders = [
  'null', 'NULL', 'undefined', '(null)', '<null>', '"null"', 'nil', 'None', 'NaN', ' null ', 'Optional(nil)', '[object Object]', 'BLACKLISTED', 'nullptr', '--none--',
  'blacklisted', 'SERVICE_NOT_AVAILABLE', 'java.io.IOException: SERVICE_NOT_AVAILABLE', 'java.io.IOException:AUTHENTICATION_FAILED:and:so:on',
  'FIS_AUTH_ERROR', 'MISSING_INSTANCEID_SERVICE', 'TOO_MANY_REGISTRATIONS', '', ' ', '\u0000',
]; // prettier-ignore

const message = 'must be a token: this text is what programs write without one';

const keys = {
  p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
  auth: Buffer.alloc(16, 1).toString('base64url'),
};

describe('what an app sends where it has no token', () => {
  it.each(PROVIDERS)('is none of %s', (provider) => {
    for (const text of placeholders)
      expect(tokenForm(provider, text)).toEqual({ problems: [{ pointer: '', message: expect.any(String) as string }] });
  });

  it.each(['null', 'undefined', '(null)', '%28null%29', 'BLACKLISTED', '', '00000000', 'xxxxxxxxxxxx', '%7B%22a%22%3A1%7D', '%E0%A4%A'])(
    'is no subscription of Web Push: …/send/%s',
    (step) => {
      const endpoint = `https://fcm.googleapis.com/fcm/send/${step}`;

      expect(tokenForm('webpush', { endpoint, keys }).problems?.map(({ pointer }) => pointer)).toEqual(['/endpoint']);
    },
  );

  it.each([
    'https://db5p.notify.windows.com/',
    'https://db5p.notify.windows.com/?token=',
    'https://db5p.notify.windows.com/?token=undefined',
  ])('is no channel of WNS: %s', (url) => {
    expect(tokenForm('wns', url).problems).toHaveLength(1);
  });

  it.each(PROVIDERS)('is no unit that is said over and over, whatever its length: %s', (provider) => {
    const units = ['0', 'f', 'x', 'ab', 'null', 'A1b2', '0123', '-', 'xxxx-'];
    const longer = provider === 'baidu' ? [] : ['deadbeef', '1234567890', '0123456789abcdef', '01234567-89ab-cdef'];
    for (const unit of [...units, ...longer])
      for (const length of [64, 80, 150]) {
        const [problem] = tokenForm(provider, unit.repeat(length).slice(0, length)).problems ?? [];
        expect(problem).toEqual({
          pointer: '',
          message: unit.length < 16 ? message : (expect.stringMatching(/^must be one token/) as string),
        });
      }
    expect(tokenForm(provider, '0'.repeat(16)).problems).toEqual([{ pointer: '', message }]);
  });

  it.each(PROVIDERS)('is no document with the token in it, and no sample of one: %s', (provider) => {
    const token = 'dF3_x:APA91b-Q0kZ7wq8sT1uVnM3xYp';
    const documents = [
      JSON.stringify({ token }), JSON.stringify([token]), JSON.stringify(token), `<token>${token}</token>`, `<!DOCTYPE html><p>${token}`,
      ` {"token":"${token}"}`, '<your-registration-token-of-fcm-goes-here>', 'YOUR_FCM_REGISTRATION_TOKEN_THAT_THE_APP_HAS',
      'projects/shop/tokens/${fcmToken.value.toString()}', 'this-is-the-token-{{device.pushTokenOfTheDevice}}', 'INSERT_YOUR_DEVICE_TOKEN_HERE_PLEASE_1234',
    ]; // prettier-ignore
    for (const text of documents)
      expect(tokenForm(provider, text).problems).toEqual([
        { pointer: '', message: expect.stringMatching(/^must be (?:a token:|the token alone)/) as string },
      ]);
  });

  const good = {
    apns: '740f4707bebcf74f9b7c25d48e3358945f6aa01da5ddb387462c7eaf61bb78ad',
    fcm: 'dF3_xQ0kZ7wq8sT1uVnM3x:APA91b-Q0kZ7wq8sT1uVnM3xYpAb_7cDe9',
    adm: 'amzn1.adm-registration.v3.Y29tLmFtYXpvbi5EZXZpY2VNZXNzYWdpbmc',
    hms: 'IQAAAACy0kYwAADWsJ-qlI2YG7lcdHPt',
    baidu: '3923859573096872165',
  } as const;

  describe.each(Object.entries(good) as [keyof typeof good, string][])('is no token of %s with something around it', (provider, token) => {
    it.each([
      `Optional("${token}")`,
      `Optional(${token})`,
      `optional('${token}')`,
      `Some(${token})`,
      `"${token}"`,
      `'${token}'`,
      `\u201c${token}\u201d`,
      `<${token}>`,
      `(${token})`,
      `[${token}]`,
      `{${token}}`,
      `${token}"`,
      `${token}>`,
      ` ${token}`,
      `${token}\n`,
      `\ufeff${token}`,
      `${token}\u200b`,
      `b'${token}'`,
      `\`${token}\``,
      `token=(${token})`,
      `${token},${token}`,
      `${token} ${token}`,
      `${token};`,
      `\\${token}`,
      `<${token.slice(0, 8)} ${token.slice(8)}>`,
    ])('%j', (text) => {
      const { problems = [] } = tokenForm(provider, text);

      expect(problems).toEqual([{ pointer: '', message: expect.stringMatching(/^must be /) as string }]);
      expect(problems[0]?.message).not.toContain(token.slice(0, 8));
    });

    it('and none that stands there twice', () => {
      expect(tokenForm(provider, token).problems).toBeUndefined();
      for (const text of [token.repeat(2), token.repeat(3), `${token}:${token}`, `${token}|${token}`, `${token}-${token}`])
        expect(tokenForm(provider, text).problems).toHaveLength(1);
      expect(tokenForm(provider, token.repeat(2)).problems?.[0]?.message).toMatch(/^must be one token/);
    });
  });

  it.each([
    'null:APA91b',
    'undefined:APA91b',
    '(null):APA91b',
    ':APA91b',
    'nil:APA91b',
    'None:APA91b',
    'NULL:APA91b',
    'Optional(nil):APA91b',
  ])('is no token of FCM of which half is missing: %s…', (beginning) => {
    const secret = '-Q0kZ7wq8sT1uVnM3xYpAb_7cDe9-Q0kZ7wq8s1';
    expect(tokenForm('fcm', `dF3_xQ0kZ7wq8sT1uVnM3x:APA91b${secret}`).problems).toBeUndefined();

    expect(tokenForm('fcm', `${beginning}${secret}`).problems).toEqual([{ pointer: '', message }]);
    expect(tokenForm('fcm', `dF3_xQ0kZ7wq8sT1uVnM3xdF3_xQ0kZ7wq8sT1uVnM3x:${beginning.split(':')[0] ?? ''}`).problems).toEqual([
      { pointer: '', message },
    ]);
  });

  it('but what a provider hands out is a token, even a counter behind zeros', () => {
    for (const token of [1, 31, 0xabcdef].map((n) => n.toString(16).padStart(64, '0'))) expect(tokenForm('apns', token).text).toBe(token);
    expect(tokenForm('baidu', '4617236146172361').text).toBe('4617236146172361');
    for (let run = 0; run < 2_000; run++) {
      const bytes = randomBytes(102);
      expect(tokenForm('apns', bytes.subarray(0, 32).toString('hex')).problems).toBeUndefined();
      expect(
        tokenForm('fcm', `${bytes.subarray(0, 16).toString('base64url')}:APA91b${bytes.toString('base64url')}`).problems,
      ).toBeUndefined();
    }
  });

  it('is known at once, however long the blanks before, in or after it are', () => {
    const blanks = ' \n'.repeat(8_000);
    const long = ' '.repeat(1_000_000);
    for (const text of [`${blanks}x`, `x${blanks}x`, `token${blanks}x`, `${long}x`, `x${long}`, `x${long}x`])
      for (const provider of PROVIDERS) expect(tokenForm(provider, text).problems).not.toBeUndefined();
  });

  it('says so without quoting it', () => {
    expect(tokenForm('fcm', 'BLACKLISTED').problems).toEqual([{ pointer: '', message }]);
  });
});
