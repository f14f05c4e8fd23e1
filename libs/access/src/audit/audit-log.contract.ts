import type { AuditLine } from './audit-line.ts';
import type { AuditLog } from './audit-log.ts';

interface Opened {
  readonly audit: AuditLog;
  /** Writes lines as the repositories do. */
  append(lines: readonly AuditLine[]): Promise<void>;
}

const aLine = (id: string, at: number, app?: string): AuditLine => ({
  id,
  at,
  actor: 'admin:1',
  action: 'app.changed',
  target: 't',
  fields: ['name'],
  ...(app !== undefined && { app }),
});

export function auditLogContract(adapter: string, open: () => Promise<Opened>): void {
  describe(`${adapter} as an audit log`, () => {
    it('lists newest first, page by page, also within one instant', async () => {
      const { audit, append } = await open();
      await append([aLine('a', 1, 'shop'), aLine('b', 2, 'shop'), aLine('c', 2, 'shop'), aLine('d', 3, 'bank'), aLine('e', 4)]);

      const first = await audit.list('shop', undefined, 2);

      expect(first.map(({ id }) => id)).toEqual(['c', 'b']);
      expect((await audit.list('shop', first.at(-1), 2)).map(({ id }) => id)).toEqual(['a']);
      expect((await audit.list(undefined, undefined, 3)).map(({ id }) => id)).toEqual(['e', 'd', 'c']);
    });

    it('keeps a line once, however often it is written', async () => {
      const { audit, append } = await open();

      await append([aLine('a', 1, 'shop'), aLine('a', 1, 'shop')]);

      expect(await audit.list('shop', undefined, 10)).toEqual([aLine('a', 1, 'shop')]);
    });
  });
}
