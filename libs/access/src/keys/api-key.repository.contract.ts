import type { AuditLine } from '../audit/audit-line.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { ApiKey } from './api-key.ts';
import type { ApiKeyRepository } from './api-key.repository.ts';

interface Opened {
  readonly keys: ApiKeyRepository;
  readonly audit: AuditLog;
}

const aKey = (id: string, app?: string): ApiKey => ({
  id,
  kind: app === undefined ? 'admin' : 'server',
  hash: `hash of ${id}`,
  createdAt: 1,
  ...(app !== undefined && { app, name: 'n', scopes: ['sends'], expiresAt: 9 }),
});
const aLine = (id: string, action: AuditLine['action'] = 'key.created'): AuditLine => ({
  id: `${action} ${id}`,
  at: 1,
  actor: 'admin:1',
  action,
  target: id,
});

export function apiKeyRepositoryContract(adapter: string, open: () => Promise<Opened>): void {
  describe(`${adapter} as an API key repository`, () => {
    it('finds a key by its hash only while it is stored', async () => {
      const { keys, audit } = await open();
      await keys.insert(aKey('1', 'shop'), aLine('1'));
      expect(await keys.findByHash('hash of 1')).toEqual(aKey('1', 'shop'));

      expect(await keys.remove('shop', '1', aLine('1', 'key.deleted'))).toBe(true);

      expect(await keys.findByHash('hash of 1')).toBeUndefined();
      expect((await audit.list(undefined, undefined, 10)).map(({ action }) => action).sort()).toEqual(['key.created', 'key.deleted']);
    });

    it('removes keys of the app that asks only, and keeps no audit line otherwise', async () => {
      const { keys, audit } = await open();
      await keys.insert(aKey('1', 'shop'), aLine('1'));

      expect(await keys.remove('bank', '1', aLine('1', 'key.deleted'))).toBe(false);
      expect(await keys.remove(undefined, '1', aLine('1', 'key.deleted'))).toBe(false);
      expect(await keys.remove('shop', '2', aLine('2', 'key.deleted'))).toBe(false);

      expect(await keys.findByHash('hash of 1')).toBeDefined();
      expect(await audit.list(undefined, undefined, 10)).toHaveLength(1);
    });

    it('lists the keys of one app, or those of none, page by page', async () => {
      const { keys } = await open();
      for (const [id, app] of [
        ['3', 'shop'],
        ['1', 'shop'],
        ['2', 'bank'],
        ['4', undefined],
        ['5', 'shop'],
      ] as const)
        await keys.insert(aKey(id, app), aLine(id));

      expect((await keys.list('shop', undefined, 2)).map(({ id }) => id)).toEqual(['1', '3']);
      expect((await keys.list('shop', '3', 2)).map(({ id }) => id)).toEqual(['5']);
      expect((await keys.list(undefined, undefined, 2)).map(({ id }) => id)).toEqual(['4']);
    });
  });
}
