import { CarillonClient } from '../src/client.ts';
import { Problem } from '../src/problem.ts';

interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
}

/** A platform that answers with these in turn, the last one from then on; 0 is nobody. */
function aPlatform(...answers: readonly (number | Response)[]) {
  const asked: Asked[] = [];
  const ask = ((url: string, { method, headers }: RequestInit) => {
    asked.push({ url, method: method ?? 'GET', headers: headers as Record<string, string> });
    const answer = answers[Math.min(asked.length, answers.length) - 1] ?? 200;
    if (answer === 0) return Promise.reject(new TypeError('fetch failed'));
    if (typeof answer !== 'number') return Promise.resolve(answer.clone());
    return Promise.resolve(Response.json({ code: `code_${answer}`, sendId: 'one' }, { status: answer, headers: { 'retry-after': '0' } }));
  }) as typeof fetch;
  const client = new CarillonClient({ url: 'https://push.example.com/', app: 'shop', key: 'cr_server', fetch: ask });
  return { client, asked };
}

const request = { to: { everyone: true }, message: { title: 'Hi' } } as const;

describe('calls of the client', () => {
  it.each([0, 429, 502, 503, 504])('are made again after %d, with the key of the first time', async (status) => {
    const { client, asked } = aPlatform(status, status, 202);

    expect(await client.sends.create(request)).toMatchObject({ sendId: 'one' });

    expect(asked).toHaveLength(3);
    expect(new Set(asked.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
    expect(asked[0]).toMatchObject({ method: 'POST', url: 'https://push.example.com/v1/apps/shop/sends' });
  });

  it('have a key of their own for each send, unless one is given', async () => {
    const { client, asked } = aPlatform(202);

    await client.sends.create(request);
    await client.sends.create(request);
    await client.sends.create(request, { idempotencyKey: 'order-17' });

    const keys = asked.map(({ headers }) => headers['idempotency-key']);
    expect(new Set(keys).size).toBe(3);
    expect(keys[2]).toBe('order-17');
  });

  it.each([400, 401, 403, 404, 409, 422, 500])('are not made again after %d, which is a problem with a code', async (status) => {
    const { client, asked } = aPlatform(status);

    const problem = await client.users.get('kim').catch((error: unknown) => error);

    expect(Problem.is(problem, `code_${status}`)).toBe(true);
    expect(problem).toMatchObject({ status });
    expect(asked).toHaveLength(1);
  });

  it('that count twice when they are made twice are made again after 429 alone, which says that nothing was done', async () => {
    const change = { attributes: { visits: { $inc: 1 } } };
    const refused = aPlatform(429, 200);
    await refused.client.users.patch('kim', change);
    expect(refused.asked).toHaveLength(2);

    for (const status of [0, 503]) {
      const { client, asked } = aPlatform(status, 200);
      await expect(client.users.patch('kim', change)).rejects.toBeInstanceOf(Problem);
      expect(asked).toHaveLength(1);
    }
  });

  it('end after five tries, with what was said last', async () => {
    const { client, asked } = aPlatform(503);

    await expect(client.users.get('kim')).rejects.toMatchObject({ code: 'code_503', retryAfterMs: 0 });

    expect(asked).toHaveLength(5);
  });

  it('say all that is wrong with a body, and what a proxy says is a problem too', async () => {
    const errors = [{ pointer: '/to', message: 'is missing' }];
    const bad = aPlatform(Response.json({ code: 'request_invalid', detail: 'No', errors }, { status: 400 }));
    await expect(bad.client.sends.create(request)).rejects.toThrow('request_invalid: No; /to is missing');

    const html = aPlatform(new Response('<html>', { status: 403 }));
    await expect(html.client.users.get('kim')).rejects.toMatchObject({ code: 'unknown', status: 403 });
  });

  it('name people in a path as they are called', async () => {
    const { client, asked } = aPlatform(200);

    await client.users.get('a/b c?d');

    expect(asked[0]?.url).toBe('https://push.example.com/v1/apps/shop/users/a%2Fb%20c%3Fd');
  });
});
