import type { Clock } from '#libs/kernel';
import { RecordingSink, TransportTrial } from './test-transport.ts';
import { transportConnectionsContract } from './transport-connections.contract.ts';
import { transportLossesContract } from './transport-losses.contract.ts';
import { transportStreamsContract } from './transport-streams.contract.ts';
import type { Transport } from './transport.ts';

/** What any transport promises, over a real socket. `open` gives one that looks after its deadlines every few ms. */
export function transportContract(name: string, open: (clock: Clock) => Transport): void {
  describe(`${name} as a transport`, () => {
    const trial = new TransportTrial(open);

    afterEach(() => trial.end());

    it('carries path, headers, authorization and body of every request, and gives each its own answer', async () => {
      await trial.start();
      trial.server.script = ({ headers, body, answer }) => {
        answer(200, { 'apns-id': String(headers['x-own']) }, `${String(headers[':path'])} ${body}`);
      };
      const sink = new RecordingSink(3);

      await trial.transport.send(trial.batch(3), sink);

      expect(sink.results).toEqual(['200 /3/device/0 {"body":"0"}', '200 /3/device/1 {"body":"1"}', '200 /3/device/2 {"body":"2"}']);
      expect(sink.headers).toEqual(['own 0', 'own 1', 'own 2']);
      expect(trial.server.seen[0]?.headers).toMatchObject({ ':method': 'POST', authorization: 'bearer secret', 'x-shared': 'yes' });
      expect(trial.server.sessions).toHaveLength(1);
    });

    it('answers an empty batch at once', async () => {
      await trial.start();

      await expect(trial.send(trial.batch(0))).resolves.toEqual([]);
    });

    it('hands over the status and the words of a refusal', async () => {
      await trial.start();
      trial.server.script = ({ answer }) => {
        answer(410, {}, '{"reason":"Unregistered"}');
      };

      await expect(trial.send(trial.batch(1))).resolves.toEqual(['410 {"reason":"Unregistered"}']);
    });

    it('cuts an answer that no push service would give', async () => {
      await trial.start();
      trial.server.script = ({ answer }) => {
        answer(200, {}, 'x'.repeat(100_000));
      };

      const [result] = await trial.send(trial.batch(1));

      expect(result).toHaveLength('200 '.length + 16_384);
    });

    it('takes the authorization of the moment at which a request begins', async () => {
      await trial.start({ maxConcurrentStreams: 1 });
      let token = 'old';
      trial.server.script = ({ answer, number }) => {
        if (number === 1) token = 'new';
        answer();
      };

      await trial.send(trial.batch(4, {}, { authorization: () => token }));

      expect(trial.server.seen.map(({ headers }) => headers.authorization)).toEqual(['old', 'old', 'new', 'new']);
    });

    transportStreamsContract(trial);
    transportLossesContract(trial);
    transportConnectionsContract(trial);
  });
}
