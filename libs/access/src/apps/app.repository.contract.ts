import { StaleRevision } from '#libs/kernel';
import type { AuditLine } from '../audit/audit-line.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { AppRepository } from './app.repository.ts';
import type { App } from './app.ts';
import { newApp } from './new-app.ts';

interface Opened {
  readonly apps: AppRepository;
  readonly audit: AuditLog;
}

const anApp = (id: string, facts: Partial<App> = {}): App => ({ ...newApp(id, 1_000), ...facts });
const aLine = (app: App): AuditLine => ({
  id: `${app.id}-${app.revision}`,
  at: 1_000 + app.revision,
  app: app.id,
  actor: 'admin:1',
  action: 'app.changed',
  target: app.id,
});

export function appRepositoryContract(adapter: string, open: () => Promise<Opened>): void {
  describe(`${adapter} as an app repository`, () => {
    it('gives back what was stored, and nothing for what never was', async () => {
      const { apps } = await open();
      const app = anApp('shop', { sdkKeys: [{ kid: 'a', publicKey: 'pem' }], simulatedOnly: true });

      await apps.save(app, aLine(app));

      expect(await apps.findById('shop')).toEqual(app);
      expect(await apps.findById('bank')).toBeUndefined();
    });

    it('refuses a second insert and a save built on an old revision, and keeps no audit line of them', async () => {
      const { apps, audit } = await open();
      await apps.save(anApp('shop'), aLine(anApp('shop')));
      const second = anApp('shop', { revision: 2, name: 'second' });
      await apps.save(second, aLine(second));

      for (const late of [anApp('shop', { name: 'late' }), anApp('shop', { revision: 2, name: 'late' }), anApp('shop', { revision: 4 })])
        await expect(apps.save(late, { ...aLine(late), id: 'late' })).rejects.toThrow(StaleRevision);

      expect(await apps.findById('shop')).toEqual(second);
      expect((await audit.list('shop', undefined, 10)).map(({ id }) => id)).toEqual(['shop-2', 'shop-1']);
    });

    it('lists by id what is not deleted, and what is, page by page', async () => {
      const { apps } = await open();
      for (const id of ['c', 'a', 'd', 'b']) await apps.save(anApp(id), aLine(anApp(id)));
      const gone = anApp('b', { revision: 2, deletedAt: 5 });
      await apps.save(gone, aLine(gone));

      const first = await apps.list(undefined, 2);
      const second = await apps.list(first.at(-1)?.id, 2);

      expect([first, second].map((page) => page.map(({ id }) => id))).toEqual([['a', 'c'], ['d']]);
      expect(await apps.findById('b')).toEqual(gone);
      expect(await apps.listDeleted(undefined, 2)).toEqual(['b']);
      expect(await apps.listDeleted('b', 2)).toEqual([]);
    });
  });
}
