import { Webhook as PublicWebhook } from 'standardwebhooks';
import { OutboundRules, isOutboundPart } from '../../src/webhooks/outbound-address.ts';
import { signedHeaders } from '../../src/webhooks/webhook-signature.ts';
import {
  afterAttempt,
  newWebhookSecret,
  postsOf,
  retryAfterMsOf,
  rotatedSecrets,
  validSecrets,
  wantsType,
  type Delivery,
} from '../../src/webhooks/webhook.ts';

const hour = 3_600_000;
const delivery: Delivery = {
  ...{ id: 'd', app: 'shop', webhook: 'crm', type: 'send.finished.v1', body: '{}', state: 'pending', attempts: 0, dueAt: 0, createdAt: 0 },
  ...{ attemptedAt: null, status: null, error: null },
};

describe('A signature', () => {
  const body = '{"type":"send.finished.v1","data":{"app":"shöp"}}';

  it('is what a public library for Standard Webhooks verifies, by any secret that is good', () => {
    const [one, other] = [newWebhookSecret(), newWebhookSecret()];
    const headers = signedHeaders('msg_1', body, [one, other], performance.timeOrigin + performance.now());

    expect(new PublicWebhook(one).verify(body, headers)).toEqual(JSON.parse(body));
    expect(new PublicWebhook(other).verify(body, headers)).toEqual(JSON.parse(body));
    expect(() => new PublicWebhook(newWebhookSecret()).verify(body, headers)).toThrow('No matching signature');
    expect(() => new PublicWebhook(one).verify(body.replace('shöp', 'shop'), headers)).toThrow('No matching signature');
    expect(() => new PublicWebhook(one).verify(body, { ...headers, 'webhook-id': 'msg_2' })).toThrow('No matching signature');
  });
});

describe('A webhook', () => {
  it.each([
    [['send.finished'], true],
    [['send.*'], true],
    [['*'], true],
    [['installation.*', 'send.finished'], true],
    [['sen.*'], false],
    [['installation.*'], false],
    [['send.finish'], false],
  ])('that wants %j is told of a finished send: %s', (types, isTold) => {
    expect(wantsType({ types }, 'send.finished.v1')).toBe(isTold);
  });

  it('signs with the secret before for a day after a new one', () => {
    const first = [{ sealed: 'one', validUntil: null }];
    const second = rotatedSecrets(first, 'two', 1_000);
    const third = rotatedSecrets(second, 'three', 2_000);

    expect(second).toEqual([
      { sealed: 'two', validUntil: null },
      { sealed: 'one', validUntil: 1_000 + 24 * hour },
    ]);
    expect(validSecrets(third, 1_000 + 24 * hour).map(({ sealed }) => sealed)).toEqual(['three', 'two']);
    expect(validSecrets(third, 2_000 + 24 * hour).map(({ sealed }) => sealed)).toEqual(['three']);
  });
});

describe('A delivery', () => {
  const failed = { status: 503, error: 'answered 503' };

  it('has its last word with a 2xx', () => {
    expect(afterAttempt(delivery, { status: 204, error: null }, 5, 0)).toEqual({
      delivery: { ...delivery, state: 'delivered', attempts: 1, dueAt: null, attemptedAt: 5, status: 204 },
      disables: null,
    });
  });

  it('is tried again after longer and longer pauses for three days, and then disables its webhook', () => {
    const pauses: number[] = [];
    let [now, one] = [0, delivery];
    let disables: string | null = null;
    while (!disables) {
      const after = afterAttempt(one, failed, now, 0);
      [one, disables] = [after.delivery, after.disables];
      if (one.dueAt !== null) pauses.push(one.dueAt - now);
      now = one.dueAt ?? now;
    }

    expect(pauses.slice(0, 8).map((ms) => ms / 1_000)).toEqual([5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400]);
    expect(now).toBe(72 * hour);
    expect([disables, one.state, one.dueAt]).toEqual(['failing', 'failed', null]);
    expect(one.attempts).toBeLessThan(40);
  });

  it('to a receiver that says 410 disables its webhook at once', () => {
    expect(afterAttempt(delivery, { status: 410, error: 'answered 410' }, 1, 0)).toMatchObject({
      disables: 'gone',
      delivery: { state: 'failed' },
    });
  });
});

describe('What fails together', () => {
  const failed = { status: 503, error: 'answered 503' };

  it('comes back up to a quarter sooner, and no sooner than the receiver asks', () => {
    const dueAt = (random: number, retryAfterMs = 0) => afterAttempt(delivery, { ...failed, retryAfterMs }, 0, random).delivery.dueAt;

    expect([dueAt(0), dueAt(0.5), dueAt(0.999)]).toEqual([5_000, 4_375, 3_752]);
    expect([dueAt(0.5, 60_000), dueAt(0.5, 1)]).toEqual([60_000, 4_375]);
    expect(afterAttempt(delivery, { ...failed, retryAfterMs: hour }, 72 * hour - 5, 0).delivery.dueAt).toBe(72 * hour);
  });

  it.each([
    ['120', 120_000],
    [' 0 ', 0],
    ['9999999999', 24 * hour],
    ['Thu, 01 Jan 1970 00:10:00 GMT', 599_000],
    ['Wed, 31 Dec 1969 00:10:00 GMT', 0],
    ['Fri, 01 Jan 2100 00:00:00 GMT', 24 * hour],
    ['-1', undefined],
    ['1.5', undefined],
    ['soon', undefined],
    ['Some day', undefined],
    ['', undefined],
  ])('waits as Retry-After says: %j', (header, ms) => {
    expect(retryAfterMsOf(header, 1_000)).toBe(ms);
  });
});

describe('A batch', () => {
  const of = (id: string, attempts = 0, body = `{"id":"${id}"}`, dueAt = 0) => ({ ...delivery, id, attempts, body, dueAt });
  const idsOf = (max: number, ...due: Delivery[]) =>
    postsOf({ batch: { max } }, due).map(({ deliveries }) => deliveries.map(({ id }) => id));

  it('is a list of facts, has an id that follows from theirs, and keeps what failed apart from what is new', () => {
    const due = [of('a'), of('b', 2), of('c'), of('d', 0, undefined, 5), of('e', 2), of('f', 2, undefined, 5)];
    const [first] = postsOf({ batch: { max: 3 } }, due);

    expect(idsOf(3, ...due)).toEqual([['a', 'c', 'd'], ['b', 'e'], ['f']]);
    expect(idsOf(2, ...due)).toEqual([['a', 'c'], ['d'], ['b', 'e'], ['f']]);
    expect(JSON.parse(first?.body ?? '')).toEqual([{ id: 'a' }, { id: 'c' }, { id: 'd' }]);
    expect(postsOf({ batch: { max: 3 } }, due)[0]?.id).toBe(first?.id);
    expect(postsOf({ batch: null }, due)).toEqual(due.map((one) => ({ id: one.id, body: one.body, deliveries: [one] })));
  });

  it('is of bounded length, though a fact longer than that goes, too', () => {
    const long = '1'.repeat(200_000);

    expect(idsOf(100, of('a', 0, long), of('b', 0, long), of('c'), of('d', 0, long + long))).toEqual([['a'], ['b', 'c'], ['d']]);
  });
});

describe('Whom a webhook may call', () => {
  const rules = new OutboundRules(['crm.internal', '10.1.0.0/16', '127.0.0.1', 'fd00::/8']);

  it.each([
    ['https://example.com/hook?x=1', undefined],
    ['https://93.184.216.34:8443/', undefined],
    ['http://example.com/', 'Must begin with https://'],
    ['ftp://example.com/', 'Must begin with https://'],
    ['https://user:secret@example.com/', 'Must have no user and no password'],
    ['https://10.2.0.1/', 'Must not be a private address'],
    ['https://[::1]/', 'Must not be a private address'],
    ['https://[::ffff:169.254.169.254]/', 'Must not be a private address'],
    ['https://2130706434/', 'Must not be a private address'], // 127.0.0.2
    ['https://0x7f.2/', 'Must not be a private address'],
    ['http://10.1.2.3/', undefined],
    ['http://127.0.0.1:9000/', undefined],
    ['http://CRM.internal/', undefined],
    ['https://[fd00::1]/', undefined],
  ])('%s: %s', (url, problem) => {
    expect(rules.problemOf(new URL(url))).toBe(problem);
  });

  it('is looked at again when its name is resolved', async () => {
    const resolved = (given: OutboundRules, host: string) =>
      new Promise((resolve) => {
        given.lookup(host, { all: true }, (error, addresses) => {
          resolve(error?.message ?? addresses);
        });
      });

    expect(await resolved(new OutboundRules([]), 'localhost')).toBe('localhost has no public address');
    expect(await resolved(new OutboundRules(['localhost']), 'localhost')).toEqual(expect.arrayContaining([expect.anything()]));
    expect(await resolved(new OutboundRules(['127.0.0.0/8', '::1']), 'localhost')).toEqual(expect.arrayContaining([expect.anything()]));
  });

  it.each([
    ['crm.internal', true],
    ['10.0.0.0/8', true],
    ['10.0.0.1', true],
    ['fd00::/8', true],
    ['10.0.0.0/33', false],
    ['10.0.0.0/8/8', false],
    ['https://crm', false],
    ['a b', false],
  ])('OUTBOUND_ALLOW may hold %s: %s', (part, is) => {
    expect(isOutboundPart(part)).toBe(is);
  });
});
