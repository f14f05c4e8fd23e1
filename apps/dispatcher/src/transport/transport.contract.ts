import type { Clock } from '#libs/kernel';
import { RecordingSink, TransportTrial } from '../../test/transport/test-transport.ts';
import { transportConnectionsContract } from './transport-connections.contract.ts';
import { transportLossesContract } from './transport-losses.contract.ts';
import type { Transport } from './transport.ts';
import type { StartServer } from '../../test/transport/trial-server.ts';

/** What any transport promises, over a real socket. `open` gives one that looks after its deadlines every few ms; `more` is promised by some only. */
export function transportContract(
  name: string,
  open: (clock: Clock) => Transport,
  startServer: StartServer,
  more: (trial: TransportTrial) => void = () => undefined,
): void {
  describe(`${name} as a transport`, () => {
    const trial = new TransportTrial(open, startServer);

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
      expect(trial.server.connectionsMade).toBe(1);
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

    it('reads what is longer than a stream may have under way', async () => {
      await trial.start();
      trial.server.script = ({ number, answer }) => {
        answer(number === 0 ? 400 : 200, {}, number === 0 ? 'x'.repeat(1_000_000) : '');
      };

      const results = await trial.send(trial.batch(3));

      expect(results.map((result) => result.slice(0, 6))).toEqual(['400 xx', '200 ', '200 ']);
    });

    it('hands over the answer, not what announces it or comes after it', async () => {
      await trial.start();
      trial.server.script = (request) => {
        request.answerAtLength({ 'apns-id': 'announced' }, { 'apns-id': 'answered' }, 'body', { 'apns-id': 'trailed' });
      };
      const sink = new RecordingSink(1);

      await trial.transport.send(trial.batch(1), sink);

      expect(sink.results).toEqual(['200 body']);
      expect(sink.headers).toEqual(['answered']);
    });

    it('carries bodies that are larger than the server takes at once', async () => {
      await trial.start({ initialWindowSize: 1_000 });
      trial.server.script = ({ body, answer }) => {
        answer(200, {}, String(body.length));
      };
      const length = 50_000; // a frame has 16,384 at most, a connection 65,535 until the server says more
      const bodies = { bodyLength: () => length, writeBody: (_: number, into: Buffer, at: number) => into.fill('b', at, at + length) };

      await expect(trial.send(trial.batch(4, {}, bodies))).resolves.toEqual(Array(4).fill('200 50000'));
    });

    it('takes an answer that comes before the body is read', async () => {
      await trial.start({ initialWindowSize: 10 });
      trial.server.early = { status: 413, body: 'too long' };

      await expect(trial.send(trial.batch(2))).resolves.toEqual(['413 too long', '413 too long']);
    });

    it('refuses what headers cannot hold, and writes nothing of it', async () => {
      await trial.start();
      const values = ['plain', 'two\r\nlines', 'beyond Latin-1: ✓', 'é'];

      const results = await trial.send(trial.batch(4, {}, { ownHeader: (index) => values[index] ?? '' }));

      expect(results).toEqual(['200 ', 'refused invalid_request', 'refused invalid_request', '200 ']);
      expect(trial.server.seen.map(({ headers }) => headers['x-own'])).toEqual(['plain', 'é']);
      await expect(trial.send(trial.batch(1, {}, { path: () => '/a path' }))).resolves.toEqual(['refused invalid_request']);
      await expect(trial.send(trial.batch(1, {}, { sharedHeaders: ['x-shared', 'a\nb'] }))).resolves.toEqual(['refused invalid_request']);
      await expect(trial.send(trial.batch(1, {}, { authorization: () => 'x'.repeat(40_000) }))).resolves.toEqual([
        'refused invalid_request',
      ]);
      await expect(trial.send(trial.batch(1))).resolves.toEqual(['200 ']);
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

    transportLossesContract(trial);
    transportConnectionsContract(trial);
    more(trial);
  });
}
