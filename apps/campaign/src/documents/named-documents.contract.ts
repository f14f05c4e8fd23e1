import { StaleRevision } from '#libs/kernel';
import type { NamedDocument, NamedDocuments } from './named-documents.ts';

/** A document with keys that people chose. */
interface Written extends NamedDocument {
  readonly name: string;
  readonly labels: readonly string[];
  readonly send: Readonly<Record<string, unknown>>;
}

function aDocument(facts: Partial<Written> = {}): Written {
  return {
    app: 'demo',
    id: 'spring',
    revision: 1,
    createdAt: 1,
    updatedAt: 2,
    name: 'Spring sale',
    labels: ['spring'],
    send: { to: { tags: 'vip' }, message: { title: 'Sale' }, metadata: { 'a.b': '$1' } },
    ...facts,
  };
}

export function namedDocumentsContract(adapter: string, open: () => Promise<NamedDocuments<Written>>) {
  describe(`${adapter} as a store of named documents`, () => {
    it('gives a document back whole, and finds nothing under another app', async () => {
      const documents = await open();
      await documents.save(aDocument());

      expect(await documents.findById('demo', 'spring')).toEqual(aDocument());
      expect(await documents.findById('other', 'spring')).toBeUndefined();
    });

    it('refuses a save built on an old revision', async () => {
      const documents = await open();
      await documents.save(aDocument());
      await documents.save(aDocument({ revision: 2, name: 'Summer sale' }));

      await expect(documents.save(aDocument())).rejects.toThrow(StaleRevision);
      await expect(documents.save(aDocument({ revision: 2 }))).rejects.toThrow(StaleRevision);

      expect(await documents.findById('demo', 'spring')).toMatchObject({ revision: 2, name: 'Summer sale' });
    });

    it('deletes the revision that was read, and no later one', async () => {
      const documents = await open();
      await documents.save(aDocument());
      await documents.save(aDocument({ revision: 2 }));
      await documents.save(aDocument({ app: 'other' }));

      await expect(documents.delete(aDocument())).rejects.toThrow(StaleRevision);
      await documents.delete(aDocument({ revision: 2 }));

      expect(await documents.findById('demo', 'spring')).toBeUndefined();
      expect(await documents.findById('other', 'spring')).toBeDefined();
      await expect(documents.delete(aDocument({ revision: 2 }))).rejects.toThrow(StaleRevision);
    });

    it('lists by id from a place on', async () => {
      const documents = await open();
      for (const id of ['b', 'a', 'c']) await documents.save(aDocument({ id }));

      expect((await documents.list('demo', undefined, 2)).map(({ id }) => id)).toEqual(['a', 'b']);
      expect((await documents.list('demo', 'b', 2)).map(({ id }) => id)).toEqual(['c']);
    });
  });
}
