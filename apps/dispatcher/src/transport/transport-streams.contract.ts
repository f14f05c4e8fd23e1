import { setTimeout as pause } from 'node:timers/promises';
import type { SeenRequest } from '../../test/transport/trial-server.ts';
import { later, type TransportTrial } from '../../test/transport/test-transport.ts';

/** How requests share connections of HTTP/2. */
export function transportStreamsContract(trial: TransportTrial): void {
  describe('streams', () => {
    it('never has more open than the server allows', async () => {
      await trial.start({ maxConcurrentStreams: 5 });
      trial.server.script = later;

      const results = await trial.send(trial.batch(60));

      expect(results.every((result) => result === '200 ')).toBe(true);
      expect(trial.server.mostStreams).toBe(5);
    });

    it('never has more open than its destination wants', async () => {
      await trial.start({ maxConcurrentStreams: 500 });
      trial.server.script = later;

      await trial.send(trial.batch(60, { maxStreams: 7 }));

      expect(trial.server.mostStreams).toBe(7);
    });

    it('sends one request first where that is the rule, and more when it is answered', async () => {
      await trial.start({ maxConcurrentStreams: 100 });
      const held: SeenRequest[] = [];
      trial.server.script = (request) => {
        if (request.number > 0) later(request);
        else held.push(request);
      };
      const sent = trial.send(trial.batch(20, { firstAlone: true }));
      await trial.seen(1);
      await turns(20);
      expect(trial.server.seen).toHaveLength(1);

      held[0]?.answer();
      await sent;

      expect(trial.server.seen).toHaveLength(20);
      expect(trial.server.mostStreams).toBeGreaterThan(10);
    });

    it('follows a limit that is raised, and one that is lowered', async () => {
      await trial.start({ maxConcurrentStreams: 1 });
      const afterLowering: number[] = [];
      let open = 0;
      let lowered = false;
      trial.server.script = (request) => {
        open += 1;
        if (lowered) afterLowering.push(open);
        if (request.number === 0) request.session.settings({ maxConcurrentStreams: 20 });
        if (request.number === 60) request.session.settings({ maxConcurrentStreams: 2 }, () => (lowered = true));
        setTimeout(() => {
          open -= 1;
          request.answer();
        }, 5);
      };

      const results = await trial.send(trial.batch(200));

      expect(results.every((result) => result === '200 ')).toBe(true);
      expect(trial.server.mostStreams).toBe(20);
      expect(Math.max(...afterLowering.slice(30))).toBe(2);
    });

    it('opens connections while all are full, up to the most it may', async () => {
      await trial.start({ maxConcurrentStreams: 2 });
      trial.server.script = later;

      await trial.send(trial.batch(400, { maxConnections: 3 }));

      expect(trial.server.connectionsMade).toBe(3);
      expect(trial.transport.load(trial.server.destination().key).connections).toBe(3);
    });

    it('lets what is urgent go before what waits', async () => {
      await trial.start({ maxConcurrentStreams: 1 });
      trial.server.script = later;
      const bulk = trial.send(trial.batch(30));
      await trial.seen(2);

      await trial.send(trial.batch(1, {}, { urgent: true, path: () => '/urgent' }));
      const position = trial.server.seen.findIndex(({ headers }) => headers[':path'] === '/urgent');
      await bulk;

      expect(position).toBeLessThan(10);
    });
  });
}

/** Lets everything happen that is due. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await pause(1);
}
