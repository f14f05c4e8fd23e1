import { PushToken } from '#libs/kernel';
import { shownExchange } from '../../src/trials/shown-exchange.ts';

const exchangeWith = (body: string, headers: Record<string, string> = {}, answer = '{}') => ({
  headers,
  body,
  answer: { status: 200, body: answer },
});

describe('an exchange as people see it', () => {
  it('has the fingerprint wherever the token stood, however it was written', () => {
    const token = 'a:b/"c"&d';
    const body = JSON.stringify({ message: { token, more: encodeURIComponent(token) } });

    const shown = shownExchange(exchangeWith(body, { path: token }, `no ${token} here`), [new PushToken(token)], 'f1');

    expect(shown).toEqual({
      request: { headers: { path: 'f1' }, body: { message: { token: 'f1', more: 'f1' } } },
      answer: { status: 200, body: 'no f1 here' },
    });
  });

  it('hides endpoint and keys of a browser, a Firebase installation id, and a newer token that the provider named', () => {
    const browser = JSON.stringify({ endpoint: 'https://push.example/abc', keys: { p256dh: 'PPP', auth: 'AAA' } });
    const tokens = [browser, 'fid:cLZ0', 'newer'].map((token) => new PushToken(token));

    const { answer } = shownExchange(exchangeWith('', {}, 'https://push.example/abc PPP AAA cLZ0 newer'), tokens, 'f1');

    expect(answer?.body).toBe('f1 f1 f1 f1 f1');
  });

  it('leaves the text of a preview as it is: the address of a device that nobody has is no secret', () => {
    const { request } = shownExchange(exchangeWith('{"title":"Sale at 10:00, 100 EUR"}'), [new PushToken('00')], 'preview');

    expect(request?.body).toEqual({ title: 'Sale at 10:00, 100 EUR' });
  });

  it('leaves out what signs a form, and nothing else of it', () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded;charset=utf-8' };

    const { request } = shownExchange(exchangeWith('msg=a&apikey=K1&sign=S1', headers), [], 'f1');

    expect(request?.body).toBe('msg=a&apikey=[redacted]&sign=[redacted]');
  });

  it('shows nothing where the provider was not asked', () => {
    expect(shownExchange(undefined, [], 'f1')).toEqual({ request: null, answer: null });
  });
});
