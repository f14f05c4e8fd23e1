import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Guide } from './support/guide.ts';
import { Platform } from './support/platform.ts';

const minutes = 60_000;

describe('the guide to a first app', () => {
  const clone = mkdtempSync(join(tmpdir(), 'carillon-guide-'));
  let platform: Platform;

  beforeAll(async () => {
    platform = await Platform.start({ CARILLON_DEMO: 'false' });
  });

  afterAll(async () => {
    await platform.end();
    rmSync(clone, { recursive: true });
  });

  it(
    'leads from nothing to a message that the provider takes, command by command',
    async () => {
      const guide = new Guide('docs/first-app.md');
      expect(guide.commands.length).toBeGreaterThan(8);

      const answers = await guide.play(platform, clone);

      expect(answers.at(-3)).toMatchObject({ created: false, id: 'adas-iphone' });
      expect(answers.at(-2)).toMatchObject({ state: 'done', counts: { users: 1, targeted: 1, accepted: 1, remaining: 0 } });
      expect(answers.at(-1)).toMatchObject({ outcome: 'accepted', installations: [{ id: 'adas-iphone', outcome: 'accepted' }] });
      expect((await platform.simulator<readonly unknown[]>('GET', '/ledger')).body).toHaveLength(1);
    },
    5 * minutes,
  );
});
