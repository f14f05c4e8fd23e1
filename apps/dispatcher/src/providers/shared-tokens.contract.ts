import type { Outcome } from './outcome.ts';
import { type SharedTokens, tokenName, type AccessToken } from './shared-tokens.ts';

const hour = 3_600_000;
const refused: Outcome = { kind: 'credentials_bad', reason: 'invalid_grant', refreshable: false };

/** `open` also says what time it is where tokens end. */
export function sharedTokensContract(adapter: string, open: () => Promise<{ tokens: SharedTokens; now: number }>): void {
  describe(`${adapter} as a place of shared tokens`, () => {
    const always = () => true;
    const fetched: string[] = [];

    afterEach(() => {
      fetched.length = 0;
    });

    function fetching(value: string, now: number): () => Promise<AccessToken> {
      return async () => {
        fetched.push(value);
        return { value, expiresAt: now + hour };
      };
    }

    it('gives the token that was fetched once, as long as it is fit', async () => {
      const { tokens, now } = await open();
      const name = tokenName('fcm', 'an account');

      const first = await tokens.of(name, always, fetching('one', now));

      expect(first).toEqual({ value: 'one', expiresAt: now + hour });
      expect(await tokens.of(name, always, fetching('two', now))).toEqual(first);
      expect(await tokens.of(name, ({ value }) => value !== 'one', fetching('three', now))).toMatchObject({ value: 'three' });
      expect(await tokens.of(name, always, fetching('four', now))).toMatchObject({ value: 'three' });
      expect(fetched).toEqual(['one', 'three']);
    });

    it('keeps each name its own', async () => {
      const { tokens, now } = await open();

      const [one, two] = [tokenName('fcm', 'a', 'b'), tokenName('fcm', 'ab')];
      await tokens.of(one, always, fetching('one', now));

      expect(await tokens.of(two, always, fetching('two', now))).toMatchObject({ value: 'two' });
    });

    it('passes on why there is no token, and asks again', async () => {
      const { tokens, now } = await open();
      const failing = async (): Promise<AccessToken | Outcome> => refused;

      expect(await tokens.of('a', always, failing)).toEqual(refused);
      expect(await tokens.of('a', always, fetching('one', now))).toMatchObject({ value: 'one' });
    });

    it('throws what the fetch throws, and asks again', async () => {
      const { tokens, now } = await open();
      const broken = (): Promise<AccessToken> => Promise.reject(new Error('no key'));

      await expect(tokens.of('a', always, broken)).rejects.toThrow('no key');
      expect(await tokens.of('a', always, fetching('one', now))).toMatchObject({ value: 'one' });
    });
  });
}
