import { selfSigned } from '#libs/testing/engines';
import { until } from '#libs/testing';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { SeenRequest } from '../../test/transport/trial-server.ts';
import { aBatch, later, type TransportTrial } from '../../test/transport/test-transport.ts';

export function transportConnectionsContract(trial: TransportTrial): void {
  describe('without a connection', () => {
    it('says that nobody listens', async () => {
      await trial.start();
      const destination = trial.server.destination();
      await trial.server.stop();
      const requests = aBatch(destination, 2, trial.clock.now() + 200, {});

      await expect(trial.send(requests)).resolves.toEqual(['unreachable connect_failed', 'unreachable connect_failed']);
      const readiness = await trial.transport.ready(destination, trial.clock.now() + 100);
      expect(readiness).toMatchObject({ kind: 'unreachable', reason: 'connect_failed' });
    });

    it('says that the server is not trusted', async () => {
      await trial.start();
      const requests = aBatch({ ...trial.server.destination(), ca: undefined }, 1, trial.clock.now() + 200, {});

      await expect(trial.send(requests)).resolves.toEqual(['unreachable connect_failed']);
      expect(trial.server.seen).toHaveLength(0);
    });

    it('does not wait longer than the batch may for a server that says nothing', async () => {
      await trial.start();
      const silent = createServer((socket) => socket.resume()).listen(0, '127.0.0.1');
      await once(silent, 'listening');
      const { port } = silent.address() as AddressInfo;
      const requests = aBatch({ ...trial.server.destination(), key: 'silent', port }, 1, trial.clock.now() + 100, {});

      await expect(trial.send(requests)).resolves.toEqual(['unreachable not_connected_in_time']);
      silent.close();
    });

    it('says that the server speaks something else', async () => {
      await trial.start();
      const others = createTlsServer({ ...(await selfSigned()), ALPNProtocols: [trial.server.otherProtocol] }, (socket) =>
        socket.on('error', () => undefined),
      );
      others.on('tlsClientError', () => undefined);
      others.listen(0, '127.0.0.1');
      await once(others, 'listening');
      const { port } = others.address() as AddressInfo;
      const requests = aBatch({ ...trial.server.destination(), key: 'others', port }, 1, trial.clock.now() + 200, {});

      await expect(trial.send(requests)).resolves.toEqual(['unreachable connect_failed']);
      others.close();
    });

    it('comes back when the server does', async () => {
      await trial.start();
      await trial.send(trial.batch(1));
      trial.server.cut();
      await until(() => trial.transport.load(trial.server.destination().key).connections === 0);

      await expect(trial.send(trial.batch(1))).resolves.toEqual(['200 ']);
    });
  });

  describe('readiness', () => {
    it('is there for what was never used', async () => {
      await trial.start();

      await expect(trial.transport.ready(trial.server.destination(), trial.clock.now())).resolves.toEqual({ kind: 'ready' });
    });

    it('waits for room, and says when there is none', async () => {
      await trial.start({ maxConcurrentStreams: 2 });
      const held: SeenRequest[] = [];
      trial.server.script = (request) => {
        if (held.length < 2) held.push(request);
        else later(request);
      };
      const sent = trial.send(trial.batch(10));
      await trial.seen(2);

      await expect(trial.transport.ready(trial.server.destination(), trial.clock.now() + 50)).resolves.toEqual({ kind: 'busy' });
      const waiting = trial.transport.ready(trial.server.destination(), trial.clock.now() + 5_000);
      for (const request of held) request.answer();

      await expect(waiting).resolves.toEqual({ kind: 'ready' });
      await sent;
    });
  });

  describe('closing', () => {
    it('answers what is in flight, begins nothing more, and takes nothing new', async () => {
      await trial.start({ maxConcurrentStreams: 1 });
      const held: SeenRequest[] = [];
      trial.server.script = (request) => held.push(request);
      const sent = trial.send(trial.batch(2));
      await trial.seen(1);

      const closed = trial.transport.close(5_000);
      held[0]?.answer();
      await closed;

      await expect(sent).resolves.toEqual(['200 ', 'refused closing']);
      await expect(trial.send(trial.batch(1))).resolves.toEqual(['refused closing']);
    });

    it('ends what is not answered in its grace as unknown', async () => {
      await trial.start();
      trial.server.script = () => undefined;
      const sent = trial.send(trial.batch(1));
      await trial.seen(1);

      await trial.transport.close(50);

      await expect(sent).resolves.toEqual(['unknown closing']);
    });
  });
}
