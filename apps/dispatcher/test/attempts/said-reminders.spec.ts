import { DependencyUnavailable } from '#libs/kernel';
import { GroupPositions } from '#libs/messaging';
import { FixedClock } from '#libs/testing';
import { dispatchTopic } from '#libs/events';
import { aBatch } from '../batches/test-dispatcher.ts';
import { closePlatforms } from '../batches/test-platform.ts';
import type { Outcome } from '../../src/providers/outcome.ts';
import { SaidReminders } from '../../src/attempts/said-reminders.ts';

const flakyNetwork: Outcome = { kind: 'retry_later', reason: 'reset', faultOf: 'network' };
const topic = dispatchTopic('apns', 'bulk');

afterEach(closePlatforms);

/** A batch with one message that is to be tried again a second later. */
async function aRetry() {
  const made = await aBatch(1);
  const { provider, dispatcher, event } = made;
  provider.script = () => flakyNetwork;
  await dispatcher.dispatch.execute(event);
  provider.script = () => ({ kind: 'accepted' });
  return made;
}

describe('what the sweep has said', () => {
  it('is not said again while it stands in its queue, however long that is, and is when it has left it and was lost', async () => {
    const { platform, dispatcher } = await aRetry();
    platform.positions.held.add(topic);
    dispatcher.timer.pass(1_000);
    expect(await dispatcher.due.execute()).toBe(1);

    for (let looks = 0; looks < 20; looks += 1) {
      dispatcher.timer.pass(10_000);
      expect(await dispatcher.due.execute()).toBe(0);
    }
    platform.positions.held.clear();
    dispatcher.timer.pass(10_000);

    expect(await dispatcher.sweep()).toHaveLength(1);
    expect(platform.provider.tokens).toHaveLength(2);
    dispatcher.timer.pass(60_000);
    expect(await dispatcher.due.execute()).toBe(0);
  });

  it('of a batch that was parked is said again with every new parking, and once for each', async () => {
    const { platform, dispatcher, event } = await aBatch(1);
    platform.positions.held.add(topic);
    await platform.changeSend(event.sendId, { state: 'paused', pausedFrom: 'sending' });
    await dispatcher.dispatch.execute(event);
    const resumeAndPauseAgain = async () => {
      await platform.changeSend(event.sendId, { state: 'sending', pausedFrom: null });
      await dispatcher.hurry.execute();
      const said = [await dispatcher.due.execute(), await dispatcher.due.execute()];
      dispatcher.timer.pass(10_000);
      said.push(await dispatcher.due.execute());
      await platform.changeSend(event.sendId, { state: 'paused', pausedFrom: 'sending' });
      await dispatcher.dispatch.execute(event); // the queue has come to it
      return said;
    };

    expect(await resumeAndPauseAgain()).toEqual([1, 0, 0]);
    expect(await resumeAndPauseAgain()).toEqual([1, 0, 0]);
  });

  it('is said again by a process that has not said it', async () => {
    const { platform, dispatcher, event } = await aRetry();
    platform.positions.held.add(topic);
    dispatcher.timer.pass(1_000);
    await dispatcher.due.execute();
    dispatcher.timer.pass(10_000);
    const attempt = await platform.attempt(event.attemptId);

    expect(await new SaidReminders(platform.positions, platform.clock).isQueued(attempt, 'a')).toBe(false);
  });

  it('is asked of the queues every five seconds at most, and is not queued where nobody can tell', async () => {
    const { platform, event } = await aRetry();
    const attempt = await platform.attempt(event.attemptId);
    const clock = new FixedClock();
    const reminders = new SaidReminders(platform.positions, clock);
    reminders.said(attempt, 'a');
    clock.advance(10_000);

    for (let looks = 0; looks < 8; looks += 1) await reminders.isQueued(attempt, 'a');
    expect(platform.positions.asked).toBe(1);
    clock.advance(5_000);
    await reminders.isQueued(attempt, 'a');
    expect(platform.positions.asked).toBe(2);

    const blind = new SaidReminders(new NoPositions(), clock);
    blind.said(attempt, 'a');
    expect(await blind.isQueued(attempt, 'a')).toBe(false);
  });
});

class NoPositions extends GroupPositions {
  async hasFinished(): Promise<boolean> {
    throw new DependencyUnavailable('Kafka');
  }

  async of(): Promise<never> {
    throw new DependencyUnavailable('Kafka');
  }
}
