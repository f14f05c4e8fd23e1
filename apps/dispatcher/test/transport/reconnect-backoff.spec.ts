import { ReconnectBackoff } from '../../src/transport/reconnect-backoff.ts';

const longest = { next: () => 1 };
const shortest = { next: () => 0 };

describe('when to connect again', () => {
  it('doubles from 1 s to a minute while connections fail', () => {
    const backoff = new ReconnectBackoff(longest);

    const delays = Array.from({ length: 8 }, () => {
      backoff.failed(0);
      return backoff.retryAt;
    });

    expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
  });

  it('is spread over half of the delay, so that processes do not come all at once', () => {
    const backoff = new ReconnectBackoff(shortest);

    backoff.failed(100);

    expect(backoff.retryAt).toBe(600);
  });

  it('is at once after a connection that was of use, and the next failure starts from 1 s', () => {
    const backoff = new ReconnectBackoff(longest);
    backoff.failed(0);
    backoff.failed(0);

    backoff.ended(5_000);
    expect(backoff.retryAt).toBe(5_000);

    backoff.failed(5_000);
    expect(backoff.retryAt).toBe(6_000);
  });

  it('is not at once for ever with a server that ends every connection, but once a second', () => {
    const backoff = new ReconnectBackoff(longest);

    for (let ended = 0; ended < 10; ended += 1) backoff.ended(0);
    expect(backoff.retryAt).toBe(0);
    backoff.ended(0);
    expect(backoff.retryAt).toBe(1_000);

    backoff.ended(1_000);
    expect(backoff.retryAt).toBe(2_000);
    backoff.ended(60_000);
    expect(backoff.retryAt).toBe(60_000);
  });
});
