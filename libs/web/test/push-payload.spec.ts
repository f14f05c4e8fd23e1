import { carillonPartOf, receiptsOf } from '../../device/src/index.ts';
import { notificationOf, payloadOf } from '../src/push-payload.ts';

const carillon = { v: 1, send: '0197', receipt: 'id.nonce.mac', link: 'https://shop.example/sale' };

describe('a push', () => {
  it('is shown with what its sender wrote, and remembers what a click needs', () => {
    const payload = payloadOf(JSON.stringify({ notification: { title: 'Hi', body: 'there', tag: 't' }, data: { a: 1 }, carillon }))!;

    const shown = notificationOf(payload)!;

    expect(shown).toEqual({ title: 'Hi', options: { body: 'there', tag: 't', data: { carillon, data: { a: 1 } } } });
    expect(carillonPartOf(shown.options.data)).toEqual(carillon);
  });

  it('is shown without a title where it has none, and not at all where it is silent', () => {
    expect(notificationOf({ notification: { body: 'there' }, carillon })).toMatchObject({ title: '', options: { body: 'there' } });
    expect(notificationOf({ data: { sync: true }, carillon })).toBeUndefined();
  });

  it.each([undefined, '', 'text', 'null', '[]', '{}', '{"notification":{"title":"another’s"}}', '{"carillon":null}', '{"carillon":{}}'])(
    'that is not ours, %j, is left to others',
    (text) => {
      expect(payloadOf(text)).toBeUndefined();
    },
  );

  it.each([undefined, null, {}, 'text', 7])('another’s notification, with the data %j, is not ours', (data) => {
    expect(carillonPartOf(data)).toBeUndefined();
  });

  it('is reported with its proof, and not without one', () => {
    const at = '2026-11-30T09:30:00.000Z';
    expect(receiptsOf(carillon, 'opened', Date.parse(at))).toEqual([{ receipt: 'id.nonce.mac', kind: 'opened', at }]);
    expect(receiptsOf(carillon, 'action', Date.parse(at), 'reply')).toEqual([
      { receipt: 'id.nonce.mac', kind: 'action', action: 'reply', at },
    ]);
    expect(receiptsOf({ send: '0197' }, 'opened', Date.parse(at))).toEqual([]);
  });
});
