import { tokenForm } from '../src/push-token-form.ts';

const hex = '740f4707bebcf74f9b7c25d48e3358945f6aa01da5ddb387462c7eaf61bb78ad';
const p256dh = 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4';
const auth = Buffer.alloc(16, 1).toString('base64url');
const push = { endpoint: 'https://updates.push.services.mozilla.com/wpush/v2/abc', keys: { p256dh, auth } };

function pointers(...call: Parameters<typeof tokenForm>): readonly string[] | undefined {
  return tokenForm(...call).problems?.map(({ pointer }) => pointer);
}

describe('a push token', () => {
  it('of APNs is an even number of hexadecimal digits, the same in either case', () => {
    expect(tokenForm('apns', hex.toUpperCase())).toEqual({ text: hex });
    expect(tokenForm('apns', `${hex}${'ab'.repeat(68)}`).problems).toBeUndefined();
    for (const bad of [hex.slice(0, 14), `${hex}a`, `${hex}xy`, `${hex}${'ab'.repeat(69)}`, ` ${hex}`, push]) {
      expect(pointers('apns', bad)).toEqual(['']);
    }
  });

  it.each([
    ['fcm', `dF3_x:APA91b-Q${'x'.repeat(130)}`],
    ['adm', `amzn1.adm-registration.v3.${'Y29tLmFtYXpv'.repeat(8)}`],
    ['hms', 'IQAAAACy0kYwAADWsJ-qlI2YG7lcdHPt'],
    ['baidu', '3923859573096872165'],
  ] as const)('of %s is text without blanks', (provider, token) => {
    expect(tokenForm(provider, token)).toEqual({ text: token });
    for (const bad of ['', `${token} b`, `${token}\n`, `${token}\u0000`, `${token}é`, 'x'.repeat(4_097), push]) {
      expect(pointers(provider, bad)).toEqual(['']);
    }
    expect(pointers(provider, token.slice(0, provider === 'baidu' ? 9 : 20))).toEqual(['']);
  });

  it('of WNS is a channel of Microsoft’s own host', () => {
    expect(tokenForm('wns', 'https://db5p.notify.windows.com/?token=AwYAAAB').problems).toBeUndefined();
    expect(tokenForm('wns', 'https://notify.windows.com/?token=AwYAAAB').problems).toBeUndefined();
    for (const bad of [
      'http://db5p.notify.windows.com/?token=A',
      'https://notify.windows.com.evil.example/?token=A',
      'https://evilnotify.windows.com/?token=A',
      'https://user@db5p.notify.windows.com/?token=A',
      'https://db5p.notify.windows.com:444/?token=A',
      'https://127.0.0.1/?token=A',
      'nonsense',
    ]) {
      expect(pointers('wns', bad)).toEqual(['']);
    }
  });

  it('of Web Push is stored with its keys, padding or not', () => {
    const padded = { endpoint: push.endpoint, keys: { p256dh: `${p256dh}=`, auth: `${auth}==` } };

    expect(JSON.parse(tokenForm('webpush', push).text ?? '')).toEqual(push);
    expect(tokenForm('webpush', padded)).toEqual(tokenForm('webpush', push));
    for (const host of ['fcm.googleapis.com', 'web.push.apple.com', 'wns2-par02p.notify.windows.com']) {
      expect(tokenForm('webpush', { ...push, endpoint: `https://${host}/x` }).problems).toBeUndefined();
    }
  });

  it('of Web Push is refused with every problem at once', () => {
    const bad = { endpoint: 'https://169.254.169.254/latest', keys: { p256dh: auth, auth: p256dh } };

    expect(pointers('webpush', bad)).toEqual(['/endpoint', '/keys/p256dh', '/keys/auth']);
    expect(pointers('webpush', { ...push, endpoint: push.endpoint.replace('https', 'http') })).toEqual(['/endpoint']);
    expect(pointers('webpush', { ...push, keys: { p256dh: '+/'.repeat(43), auth } })).toEqual(['/keys/p256dh']);
    expect(pointers('webpush', 'text')).toEqual(['']);
  });

  it('is never quoted in its problem', () => {
    expect(JSON.stringify(tokenForm('apns', 'secret-token'))).not.toContain('secret-token');
  });
});
