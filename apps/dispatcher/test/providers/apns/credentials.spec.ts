import { generateKeyPairSync, verify } from 'node:crypto';
import { FixedClock } from '#libs/testing';
import { MemorySharedTokens } from '../../../src/providers/memory-shared-tokens.ts';
import { ApnsTokens } from '../../../src/providers/apns/credentials.ts';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const fields = { teamId: 'TEAM123456', keyId: 'KEY1234567', privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) };

function partsOf(header: string): { head: unknown; claims: unknown; isSigned: boolean } {
  const [head = '', claims = '', signature = ''] = header.slice('bearer '.length).split('.');
  const parsed = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString());
  const key = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const;
  const isSigned = verify('sha256', Buffer.from(`${head}.${claims}`), key, Buffer.from(signature, 'base64url'));
  return { head: parsed(head), claims: parsed(claims), isSigned };
}

describe('a provider token of APNs', () => {
  it('is an ES256 JWT of team and key, issued at the start of its 40 minutes', async () => {
    const tokens = new ApnsTokens(new MemorySharedTokens(), new FixedClock('2026-01-01T01:59:59Z'));

    const { head, claims, isSigned } = partsOf((await tokens.of('a', fields)).header);

    expect(head).toEqual({ alg: 'ES256', kid: 'KEY1234567' });
    expect(claims).toEqual({ iss: 'TEAM123456', iat: Date.UTC(2026, 0, 1, 1, 20) / 1_000 });
    expect(isSigned).toBe(true);
  });

  it('stays the same for its 40 minutes: another signature would be another token', async () => {
    const clock = new FixedClock('2026-01-01T00:00:00Z');
    const tokens = new ApnsTokens(new MemorySharedTokens(), clock);
    const [first, second] = await Promise.all([tokens.of('a', fields), tokens.of('a', fields)]);
    const header = first.header;

    clock.advance(40 * 60_000 - 1);

    expect(second).toBe(first);
    expect((await tokens.of('a', fields)).header).toBe(header);
  });

  it('is replaced in place after them', async () => {
    const clock = new FixedClock('2026-01-01T00:00:00Z');
    const tokens = new ApnsTokens(new MemorySharedTokens(), clock);
    const held = await tokens.of('a', fields);
    const old = held.header;

    clock.advance(40 * 60_000);

    expect(await tokens.of('a', fields)).toBe(held);
    expect(held.header).not.toBe(old);
  });

  it('is each key its own', async () => {
    const tokens = new ApnsTokens(new MemorySharedTokens(), new FixedClock());

    expect((await tokens.of('a', fields)).header).not.toBe((await tokens.of('b', { ...fields, keyId: 'KEY7654321' })).header);
  });

  it('is not had from what is no key', async () => {
    await expect(new ApnsTokens(new MemorySharedTokens(), new FixedClock()).of('a', { ...fields, privateKey: 'none' })).rejects.toThrow();
  });
});
