import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Guide } from './support/guide.ts';
import { Platform, freePort } from './support/platform.ts';

const minutes = 60_000;

describe('guides, followed to the letter', () => {
  const clone = mkdtempSync(join(tmpdir(), 'carillon-guides-'));
  let platform: Platform;

  beforeAll(async () => {
    symlinkSync(resolve('libs'), join(clone, 'libs'));
    platform = await Platform.start({ CARILLON_DEMO: 'false' });
  }, 5 * minutes);

  afterAll(async () => {
    await platform.end();
    rmSync(clone, { recursive: true });
  });

  it(
    'your first web push: up to the click, which nobody makes here, so the send has no target',
    async () => {
      const port = String(await freePort());
      const guide = new Guide('docs/first-web-push.md');
      expect(guide.commands.length).toBeGreaterThan(6);
      // What the page has served is looked at before it is stopped.
      const looked =
        'curl -sS --retry 20 --retry-connrefused --retry-delay 1 "$SITE/carillon-service-worker.js" -o served.js\nkill "$PAGES"';

      const answers = await guide.play(platform, clone, (script) => script.replaceAll('8001', port).replace('kill "$PAGES"', looked));

      const key = JSON.parse(readFileSync(join(clone, 'webpush.json'), 'utf8')) as { publicKey: string };
      expect(answers.at(-3)).toMatchObject({ webPush: { publicKey: key.publicKey }, sdkAuth: 'required' });
      expect(answers.at(-2)).toMatchObject({ items: [] });
      expect(answers.at(-1)).toMatchObject({ state: 'no_target' });
      expect(readFileSync(join(clone, 'served.js'), 'utf8')).toBe(readFileSync('libs/web/dist/service-worker.js', 'utf8'));
      expect(readFileSync(join(clone, 'site/index.html'), 'utf8')).toMatch(
        /init\(\{ url: 'http:\/\/127\.0\.0\.1:\d+', app: 'kiosk', key: 'cr_sdk_/,
      );
    },
    5 * minutes,
  );

  it(
    'your iPhone app: from its first start to another person on the same phone',
    async () => {
      const answers = await new Guide('docs/first-iphone-app.md').play(platform, clone);

      const [registered, bound, started, wished, sent, told, changed, last] = answers.slice(-8);
      expect(registered).toMatchObject({ permission: 'granted', tokenChanged: true, externalId: null });
      expect(bound).toMatchObject({ externalId: 'kim' });
      expect(started).toMatchObject({ appVersion: '1.1', tokenChanged: false });
      expect(wished).toMatchObject({ subscription: 'opted_in' });
      expect(sent).toMatchObject({ state: 'done', counts: { accepted: 1 } });
      expect(told).toEqual({ added: 2, refused: [] });
      expect(changed).toMatchObject({ externalId: 'charlie' });
      expect((last?.['counts'] as { accepted?: number } | undefined)?.accepted ?? 0).toBe(0);
    },
    5 * minutes,
  );

  it(
    'your first campaign: whom it is for, in which language, how often and when, and what became of it',
    async () => {
      const answers = await new Guide('docs/first-campaign.md').play(platform, clone);

      const [counted, ann, , tested, explained, , stats, sends, messages, stopped, recalled] = answers.slice(-11);
      expect(counted).toMatchObject({ installations: 2, users: 2 });
      expect(ann).toMatchObject({ matches: false, firstFalse: { pointer: '/not' } });
      expect(tested).toMatchObject({ results: [{ installation: 'cem-phone', outcome: 'accepted', providerStatus: 200 }] });
      expect(JSON.stringify(tested)).toContain('Frisch aus dem Ofen');
      expect(explained).toMatchObject({ goes: false, installations: [{ installation: 'ann-phone' }] });
      // Who is in the control group is a matter of the hash, and whether it is night a matter of the hour.
      const { targeted } = stats?.['counts'] as { targeted: number };
      expect(targeted).toBeLessThanOrEqual(2);
      expect(sends?.['items']).toHaveLength(2);
      expect(messages?.['items']).toBeInstanceOf(Array);
      expect(stopped).toMatchObject({ id: 'win-back' });
      const { unsent, replaced, impossible } = recalled as { unsent: number; replaced: number; impossible: number };
      expect(unsent + replaced).toBeLessThanOrEqual(2);
      expect(impossible).toBe(0);
    },
    5 * minutes,
  );
});
