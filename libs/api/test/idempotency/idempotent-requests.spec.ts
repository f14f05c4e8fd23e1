import { SqliteStore } from '#libs/storage';
import { FixedClock } from '#libs/testing';
import { IdempotencyMismatch } from '../../src/errors/http-errors.ts';
import { RequestInvalid } from '../../src/errors/request-invalid.ts';
import { parseIdempotencyKey } from '../../src/idempotency/idempotency-key.ts';
import { IdempotentRequests } from '../../src/idempotency/idempotent-requests.ts';
import { SqliteIdempotencyRepository, idempotencyMigrations } from '../../src/idempotency/sqlite-idempotency.repository.ts';

const day = 24 * 60 * 60 * 1_000;

function open() {
  const store = new SqliteStore({ file: ':memory:' });
  store.migrate(idempotencyMigrations);
  const clock = new FixedClock();
  return { clock, requests: new IdempotentRequests(new SqliteIdempotencyRepository(store), clock) };
}

const aRequest = { app: 'shop', route: 'sends', key: 'k', body: { a: 1, b: [{ c: 2, d: 3 }] } };

describe('a request with an Idempotency-Key', () => {
  it('has the same seed again, so that a repeat finishes what a crash left', async () => {
    const { requests } = open();
    const first = await requests.claim(aRequest);

    const again = await requests.claim({ ...aRequest, body: { b: [{ d: 3, c: 2 }], a: 1 } });

    expect(again.seed).toBe(first.seed);
    expect(again.answer).toBeUndefined();
  });

  it('is answered as the first one was', async () => {
    const { requests } = open();
    await (await requests.claim(aRequest)).settle({ status: 202, body: { sendId: 'x' } });

    expect((await requests.claim(aRequest)).answer).toEqual({ status: 202, body: { sendId: 'x' } });
  });

  it('is refused with another body', async () => {
    const { requests } = open();
    await requests.claim(aRequest);

    await expect(requests.claim({ ...aRequest, body: { a: 2 } })).rejects.toThrow(IdempotencyMismatch);
  });

  it('is its own work in another app, on another route, and after a day', async () => {
    const { clock, requests } = open();
    const { seed } = await requests.claim(aRequest);

    const others = [await requests.claim({ ...aRequest, app: 'bank' }), await requests.claim({ ...aRequest, route: 'campaigns/x/launch' })];
    clock.advance(day);
    others.push(await requests.claim({ ...aRequest, body: 'new' }));

    expect(new Set([seed, ...others.map((other) => other.seed)]).size).toBe(4);
  });

  it('keeps no answer that is too long to keep', async () => {
    const { requests } = open();
    await (await requests.claim(aRequest)).settle({ status: 202, body: 'x'.repeat(100_000) });

    expect((await requests.claim(aRequest)).answer).toBeUndefined();
  });
});

describe('a request without one', () => {
  it('is new work each time', async () => {
    const { requests } = open();
    const [first, second] = [await requests.claim({ ...aRequest, key: undefined }), await requests.claim({ ...aRequest, key: undefined })];

    expect(first.seed).not.toBe(second.seed);
  });
});

it.each(['', 'a b', 'ä', 'x'.repeat(256), ['a', 'b']])('an Idempotency-Key is not %j', (header) => {
  expect(() => parseIdempotencyKey(header)).toThrow(RequestInvalid);
});
