import { aSend } from '#libs/testing';
import type { SendReader } from './send-reader.ts';
import type { Send } from './send.ts';

export interface OpenSends {
  readonly reader: SendReader;
  insert(send: Send): Promise<void>;
  update(send: Send): Promise<void>;
}

export function sendReaderContract(adapter: string, open: () => Promise<OpenSends>) {
  describe(`${adapter} as a reader of sends`, () => {
    it('gives a send back whole', async () => {
      const { reader, insert } = await open();
      const send = aSend({ campaign: 'spring', stateSince: 5, target: { users: ['4711'] }, audience: { kind: 'explicit' }, users: 1 });

      await insert(send);

      expect(await reader.findById(send.app, send.id)).toEqual(send);
    });

    it('finds nothing under another app', async () => {
      const { reader, insert } = await open();
      await insert(aSend({ id: 's1', app: 'demo' }));

      expect(await reader.findById('other', 's1')).toBeUndefined();
    });

    it('shows a change of state at once', async () => {
      const { reader, insert, update } = await open();
      const send = aSend({ state: 'planning', revision: 1 });
      await insert(send);
      await reader.findById(send.app, send.id);
      const paused = { ...send, state: 'paused', pausedFrom: 'planning', revision: 2, stateSince: 9 } as const;

      await update(paused);

      expect(await reader.findById(send.app, send.id)).toEqual(paused);
    });
  });
}
