import type { Send } from '#libs/sends';
import { aSend } from '#libs/testing';
import { WaitForEnd } from '../../src/control/wait-for-end.ts';
import type { FindSend } from '../../src/send/find-send.ts';

/** The most that lies between two looks, ms: what a caller may wait beyond the end of its send. */
const maxPauseMs = 100;

/** Stored sends that are over at the look of this number, and what became of each look. */
function endingAt(look: number): { readonly find: FindSend; readonly looks: number[] } {
  const looks: number[] = [];
  const send = aSend({ finishedAt: null });
  const orNothing = (): Promise<Send> => {
    looks.push(performance.now());
    return Promise.resolve({ ...send, finishedAt: looks.length >= look ? 1 : null });
  };
  return { find: { orNothing } as unknown as FindSend, looks };
}

describe('whoever waits for the end of a send', () => {
  it('is woken by the look after it, and by no later one', async () => {
    const { find, looks } = endingAt(4);

    const send = await new WaitForEnd(find).execute(aSend({ finishedAt: null }), 30_000);

    expect(send.finishedAt).toBe(1);
    expect(looks).toHaveLength(4);
  });

  it('looks ten times a second at least, however long it has waited: an end is told within a tenth of a second', async () => {
    const { find, looks } = endingAt(Infinity);
    const wantedMs = 2_500;

    const send = await new WaitForEnd(find).execute(aSend({ finishedAt: null }), wantedMs);

    expect(send.finishedAt).toBeNull();
    expect(looks.length).toBeGreaterThanOrEqual(wantedMs / maxPauseMs);
  });

  it('looks at once and often where the send is about to end, as most are', async () => {
    const { find, looks } = endingAt(Infinity);

    await new WaitForEnd(find).execute(aSend({ finishedAt: null }), 50);

    expect(looks.length).toBeGreaterThanOrEqual(5);
  });

  it('waits for nothing where the send is over, and lets go when the process stops', async () => {
    const over = endingAt(1);
    const stopping = endingAt(Infinity);
    const wait = new WaitForEnd(stopping.find);

    await new WaitForEnd(over.find).execute(aSend({ finishedAt: 7 }), 30_000);
    wait.beforeApplicationShutdown();
    await wait.execute(aSend({ finishedAt: null }), 30_000);

    expect([over.looks, stopping.looks]).toEqual([[], []]);
  });
});
