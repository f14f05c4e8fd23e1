import { FixedClock } from '#libs/testing';
import type { AccessToken } from '../../src/providers/shared-tokens.ts';
import { AccessTokens } from '../../src/providers/access-tokens.ts';
import { MemorySharedTokens } from '../../src/providers/memory-shared-tokens.ts';
import type { Outcome } from '../../src/providers/outcome.ts';

const hour = 3_600_000;
const refused: Outcome = { kind: 'credentials_bad', reason: 'invalid_grant', refreshable: false };
const down: Outcome = { kind: 'provider_down', reason: 'token_endpoint_500', faultOf: 'provider' };

describe('access tokens', () => {
  let clock: FixedClock;
  let tokens: AccessTokens;
  let asked: number;
  let answer: Outcome | undefined;

  beforeEach(() => {
    clock = new FixedClock();
    tokens = new AccessTokens(new MemorySharedTokens(), clock);
    asked = 0;
    answer = undefined;
  });

  async function exchange(): Promise<AccessToken | Outcome> {
    asked += 1;
    return answer ?? { value: `token-${asked}`, expiresAt: clock.now() + hour };
  }

  const get = async () => ({ ...(await tokens.of('a', exchange)) }) as Record<string, unknown>;
  const header = async () => (await get())['header'];

  it('are had once for all who ask', async () => {
    const headers = await Promise.all([header(), header(), header()]);

    expect(headers).toEqual(['Bearer token-1', 'Bearer token-1', 'Bearer token-1']);
    expect(asked).toBe(1);
  });

  it('are replaced in the last 5 minutes, while the old one is used', async () => {
    await header();
    clock.advance(hour - 4 * 60_000);
    const answered = Promise.withResolvers<AccessToken>();
    const slow = () => answered.promise;

    expect(await tokens.of('a', slow)).toMatchObject({ header: 'Bearer token-1' });
    answered.resolve({ value: 'next', expiresAt: clock.now() + hour });
    await answered.promise;

    expect(await tokens.of('a', slow)).toMatchObject({ header: 'Bearer next' });
  });

  it('outlive a token endpoint that is down', async () => {
    await header();
    answer = down;
    clock.advance(hour - 60_000);

    expect(await header()).toBe('Bearer token-1');
    expect(await header()).toBe('Bearer token-1');
    clock.advance(61_000);
    expect(await get()).toEqual(down);
  });

  it('do not burden a token endpoint that refuses', async () => {
    answer = refused;

    expect(await get()).toEqual(refused);
    expect(await get()).toEqual(refused);
    expect(asked).toBe(1);

    answer = undefined;
    clock.advance(30_000);
    expect(await header()).toBe('Bearer token-2');
  });

  it('are renewed once when they are refused, for all who noticed', async () => {
    await header();
    clock.advance(60_000);

    const renewed = await Promise.all([tokens.renew('a', 'Bearer token-1', exchange), tokens.renew('a', 'Bearer token-1', exchange)]);

    expect(renewed).toEqual([true, true]);
    expect(await tokens.renew('a', 'Bearer token-1', exchange)).toBe(true);
    expect(asked).toBe(2);
    expect(await header()).toBe('Bearer token-2');
  });

  it('are not renewed when they were had just now', async () => {
    await header();

    expect(await tokens.renew('a', 'Bearer token-1', exchange)).toBe(false);
    expect(asked).toBe(1);
  });
});
