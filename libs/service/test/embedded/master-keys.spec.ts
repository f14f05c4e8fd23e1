import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { Announcer } from '../../src/announcer.ts';
import { embeddedRuntime } from '../../src/embedded/embedded-runtime.ts';
import { platformSettings } from '../../src/platform-settings.ts';

const [one, two] = [Buffer.alloc(32, 1).toString('base64'), Buffer.alloc(32, 2).toString('base64')];
const announcer = new Announcer(pino({ level: 'silent' }), false);

describe('the master keys of an embedded start', () => {
  const folder = mkdtempSync(join(tmpdir(), 'carillon-master-keys-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  const start = (settings: Record<string, string>) =>
    embeddedRuntime(platformSettings.parse({ CARILLON_DATA: folder, ...settings }), announcer);

  it('are refused in one line where the data were written with another, before anything is taken up', async () => {
    const first = await start({ CARILLON_MASTER_KEY: one });
    await first.close();

    await expect(start({ CARILLON_MASTER_KEY: two })).rejects.toMatchObject({
      code: 'master_key_wrong',
      message: expect.not.stringMatching(/\n/) as string,
    });
    const rotated = await start({ CARILLON_MASTER_KEYS: `new:${two},old:${one}` });
    expect(rotated.sealing.fingerprint).toEqual(first.sealing.fingerprint);
    await rotated.close();
  });

  it('come from one setting', async () => {
    await expect(start({ CARILLON_MASTER_KEY: one, CARILLON_MASTER_KEYS: `a:${two}` })).rejects.toThrow('CARILLON_MASTER_KEYS');
  });

  it.each(['', 'a', `a:${one},a:${two}`, `a:${one},`, 'a:c2hvcnQ=', `:${one}`])('%j are none', (text) => {
    expect(platformSettings.safeParse({ CARILLON_MASTER_KEYS: text }).success).toBe(false);
  });
});
