import { StaleRevision } from '../src/push-error.ts';
import { againWhenStale, unlessStale } from '../src/when-stale.ts';

/** Work that finds itself overtaken so many times. */
function overtaken(times: number) {
  let tries = 0;
  return async () => {
    tries += 1;
    if (tries <= times) throw new StaleRevision('document 1');
    return tries;
  };
}

describe('work that other writes overtake', () => {
  it('is done again until it comes first', async () => {
    expect(await againWhenStale(2, overtaken(2))).toBe(3);
  });

  it('is given up after more conflicts than allowed', async () => {
    await expect(againWhenStale(2, overtaken(3))).rejects.toThrow(StaleRevision);
  });

  it('is not done again for any other reason', async () => {
    let tries = 0;
    const work = async () => {
      tries += 1;
      throw new TypeError('wrong');
    };

    await expect(againWhenStale(2, work)).rejects.toThrow(TypeError);
    expect(tries).toBe(1);
  });
});

describe('a change that others may make', () => {
  it('is left to whoever wrote first', async () => {
    await expect(unlessStale(overtaken(1)())).resolves.toBeUndefined();
  });

  it('fails for any other reason', async () => {
    await expect(unlessStale(Promise.reject(new TypeError('wrong')))).rejects.toThrow(TypeError);
  });
});
