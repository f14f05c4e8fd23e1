import { SettledCountdown } from '../../src/progress/settled-countdown.ts';

describe('the countdown to the next look at a send', () => {
  it('looks at a send it knows nothing of', () => {
    expect(new SettledCountdown().isDue('s1')).toBe(true);
  });

  it('waits until as many batches have settled as were open, each send by itself', () => {
    const countdown = new SettledCountdown();
    countdown.restart('s1', 3);
    countdown.restart('s2', 1);

    expect(['s1', 's1', 's2', 's1', 's1'].map((send) => countdown.isDue(send))).toEqual([false, false, true, true, true]);
  });
});
