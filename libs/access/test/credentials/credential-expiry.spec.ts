import { expiryFinding, expiryStage } from '../../src/credentials/credential-expiry.ts';

const day = 86_400_000;

describe('the end of a credential', () => {
  it.each([
    [undefined, null],
    [31, null],
    [30, 30],
    [14.5, 30],
    [14, 14],
    [7, 7],
    [1.5, 7],
    [1, 1],
    [0.1, 1],
    [0, 0],
    [-3, 0],
  ])('%s days away is at stage %s', (days, stage) => {
    expect(expiryStage(days === undefined ? undefined : 1_000 * day + days * day, 1_000 * day)).toBe(stage);
  });

  it('is told in plain words', () => {
    const end = Date.parse('2026-03-01T12:00:00Z');

    expect(expiryFinding(undefined, end)).toBeUndefined();
    expect(expiryFinding(end, end - 31 * day)).toBeUndefined();
    expect(expiryFinding(end, end - day)).toMatchObject({
      level: 'warning',
      reason: 'credential_ends_soon',
      message: 'It ends on 2026-03-01: within 1 day.',
    });
    expect(expiryFinding(end, end + day)).toMatchObject({
      reason: 'credential_ended',
      message: expect.stringContaining('2026-03-01') as string,
    });
  });
});
