import { detailsText, fromBeginning, progressFrom, type PartitionProgress } from '../../src/consuming/partition-progress.ts';
import { Suspects } from '../../src/consuming/suspects.ts';

const died: PartitionProgress = { ...fromBeginning, next: 10, open: true };
const dyingOn = (offset: number, deaths: number, inHand = true) =>
  new Suspects({ ...died, suspect: { offset, deaths, inHand } }, 100, 1_000);

describe('suspects of an unclean end', () => {
  it('are none after a clean one', () => {
    expect(new Suspects({ ...died, open: false, suspect: { offset: 10, deaths: 2, inHand: true } }, 100, 1_000)).toMatchObject({
      until: 10,
      known: null,
    });
  });

  it('are what was in the window, as far as the log went', () => {
    expect(new Suspects(died, 15, 1_000).until).toBe(15);
    expect(new Suspects(died, 5_000, 1_000).until).toBe(1_010);
  });

  it('are given up at the third end in hand, the second of which asks for the process alone', () => {
    const afterOne = new Suspects(died, 100, 1_000);
    afterOne.take(10);
    const afterTwo = dyingOn(10, 1);
    const afterThree = dyingOn(10, 2);

    expect([afterOne, afterTwo, afterThree].map((suspects) => [suspects.needsProcessAlone(10), suspects.isGivenUp(10)])).toEqual([
      [false, false],
      [true, false],
      [false, true],
    ]);
    expect(afterOne.known).toEqual({ offset: 10, deaths: 1, inHand: true });
  });

  it('do not pay for an end that came when they were not in hand', () => {
    const waiting = dyingOn(10, 2, false);

    expect(waiting.isGivenUp(10)).toBe(false);
    waiting.take(10);
    waiting.putDown(10);
    expect(waiting.known).toEqual({ offset: 10, deaths: 2, inHand: false });
    waiting.finish(10);
    expect(waiting.known).toBeNull();
  });

  it('leave the others with one end each', () => {
    expect(dyingOn(12, 2).needsProcessAlone(11)).toBe(false);
  });
});

describe('the progress of a partition', () => {
  it.each([
    [fromBeginning],
    [{ next: 7, tries: new Map([[8, 2], [9, 1]]), open: true, suspect: { offset: 7, deaths: 2, inHand: true } }], // prettier-ignore
  ])('is the same after it was stored', (progress) => {
    expect(progressFrom(progress.next, detailsText(progress))).toEqual(progress);
  });
});
