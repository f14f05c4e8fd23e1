import { later, type TransportTrial } from '../../test/transport/test-transport.ts';
import type { SeenRequest } from '../../test/transport/trial-server.ts';

const refusedStream = 7;
const internalError = 2;

/** What becomes of requests of HTTP/2 whose stream ends before their answer, or whose server says goodbye. */
export function transportGoawayContract(trial: TransportTrial): void {
  describe('what the server did not process on its streams', () => {
    it('is sent again when its stream was refused', async () => {
      await trial.start();
      trial.server.script = ({ number, stream, answer }) => {
        if (number < 5) stream.close(refusedStream);
        else answer();
      };

      await expect(trial.send(trial.batch(5))).resolves.toEqual(Array(5).fill('200 '));
      expect(trial.server.seen).toHaveLength(10);
    });

    it('is said to be refused when that goes on', async () => {
      await trial.start();
      trial.server.script = ({ stream }) => {
        stream.close(refusedStream);
      };

      await expect(trial.send(trial.batch(1))).resolves.toEqual(['refused refused_stream']);
      expect(trial.server.seen.length).toBeLessThan(10);
    });

    it('goes to a new connection after a GOAWAY, while the rest is answered on the old one', async () => {
      await trial.start();
      trial.server.script = (request) => {
        if (request.connection > 0) request.answer();
        else if (request.number === 9) leaveAfter(trial.server.seen, 5);
      };

      await expect(trial.send(trial.batch(10))).resolves.toEqual(Array(10).fill('200 '));

      const second = trial.server.seen.filter(({ connection }) => connection === 1);
      expect(second.map(({ headers }) => headers[':path']).sort()).toEqual([5, 6, 7, 8, 9].map((index) => `/3/device/${index}`));
    });

    it('is told apart from what it may have processed by a GOAWAY with an error', async () => {
      await trial.start();
      trial.server.script = ({ connection, number, session, answer }) => {
        if (connection > 0) answer();
        else if (number === 9) session.goaway(internalError, 7); // Streams are 1, 3, 5, 7, …: the first four.
      };

      const results = await trial.send(trial.batch(10));

      expect(results.slice(0, 4)).toEqual(Array(4).fill('unknown goaway_error'));
      expect(results.slice(4)).toEqual(Array(6).fill('200 '));
    });

    it('is not mistaken for what a server answers after such a GOAWAY', async () => {
      await trial.start();
      trial.server.script = ({ connection, number, session, answer }) => {
        if (connection > 0) answer();
        else if (number === 9) {
          session.goaway(internalError, 7);
          for (const request of trial.server.seen) if ((request.stream.id ?? 0) <= 7) later(request);
        }
      };

      await expect(trial.send(trial.batch(10))).resolves.toEqual(Array(10).fill('200 '));
      expect(trial.server.seen).toHaveLength(16);
    });

    it('is unknown after a reset, and not sent again', async () => {
      await trial.start();
      trial.server.script = ({ number, stream, answer }) => {
        if (number === 0) stream.close(internalError);
        else answer();
      };

      await expect(trial.send(trial.batch(2))).resolves.toEqual(['unknown reset', '200 ']);
      expect(trial.server.seen).toHaveLength(2);
    });
  });
}

/** GOAWAY without an error that names the stream of the n-th request as the last; those up to it are answered afterwards. */
function leaveAfter(requests: readonly SeenRequest[], processed: number): void {
  const lastStream = processed * 2 - 1;
  requests[0]?.session.goaway(0, lastStream);
  for (const request of requests) if ((request.stream.id ?? 0) <= lastStream) request.answer();
}
