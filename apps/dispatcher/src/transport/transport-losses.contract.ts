import { until } from '#libs/testing';
import type { SeenRequest } from '../../test/transport/trial-server.ts';
import type { TransportTrial } from '../../test/transport/test-transport.ts';

/** What becomes of requests whose connection or time ends before their answer. */
export function transportLossesContract(trial: TransportTrial): void {
  describe('what the server did not process', () => {
    it('was never begun when its time had passed', async () => {
      await trial.start({ maxConcurrentStreams: 1 });
      const held: SeenRequest[] = [];
      trial.server.script = (request) => held.push(request);
      const sent = trial.send(trial.batch(3, {}, { startBy: trial.clock.now() + 300 }));
      await trial.seen(1);
      await until(() => trial.transport.load(trial.server.destination().key).waiting === 0);

      held[0]?.answer();

      await expect(sent).resolves.toEqual(['200 ', 'refused not_begun_in_time', 'refused not_begun_in_time']);
      expect(trial.server.seen).toHaveLength(1);
    });
  });

  it('does not blame the network for a batch that came too late', async () => {
    await trial.start();

    await expect(trial.send(trial.batch(1, {}, { startBy: trial.clock.now() - 1 }))).resolves.toEqual(['refused not_begun_in_time']);
    expect(trial.server.connectionsMade).toBe(0);
  });

  describe('what the server may have processed', () => {
    it('is unknown when the connection is cut in the middle of an answer', async () => {
      await trial.start();
      trial.server.script = (request) => {
        request.breakOff();
      };

      const [result] = await trial.send(trial.batch(1));

      expect(result).toMatch(/^unknown /);
      expect(trial.server.seen).toHaveLength(1);
    });

    it('is unknown when no answer comes in time; others are not held up by it', async () => {
      await trial.start();
      trial.server.script = ({ number, answer }) => {
        if (number !== 1) answer();
      };

      await expect(trial.send(trial.batch(3, { requestDeadlineMs: 150 }))).resolves.toEqual(['200 ', 'unknown deadline', '200 ']);
      await expect(trial.send(trial.batch(1))).resolves.toEqual(['200 ']);
    });

    it('counts as answered when the answer is there before the connection goes', async () => {
      await trial.start();
      trial.server.script = (request) => {
        request.answerAndLeave(400, '{"reason":"BadDeviceToken"}');
      };

      await expect(trial.send(trial.batch(1))).resolves.toEqual(['400 {"reason":"BadDeviceToken"}']);
    });
  });
}
