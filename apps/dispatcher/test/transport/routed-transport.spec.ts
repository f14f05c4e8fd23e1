import { SystemClock, SystemRandom } from '#libs/kernel';
import { Http1Transport } from '../../src/transport/http1-transport.ts';
import { Http2Transport } from '../../src/transport/http2-transport.ts';
import { RoutedTransport } from '../../src/transport/routed-transport.ts';
import { Http1ScriptedServer } from './http1-scripted-server.ts';
import { ScriptedServer } from './http2-scripted-server.ts';
import { aBatch, RecordingSink } from './test-transport.ts';

describe('a transport of both protocols', () => {
  it('speaks at each destination what is spoken there, and knows what goes on at both', async () => {
    const clock = new SystemClock();
    const random = new SystemRandom();
    const transport = new RoutedTransport(new Http2Transport(clock, random), new Http1Transport(clock, random));
    const servers = [await ScriptedServer.start(), await Http1ScriptedServer.start()];

    for (const server of servers) {
      const sink = new RecordingSink(1);
      await transport.send(aBatch(server.destination(), 1, clock.now() + 10_000, {}), sink);
      expect(sink.results).toEqual(['200 ']);
      expect(transport.load(server.destination().key).connections).toBe(1);
      await expect(transport.ready(server.destination(), clock.now())).resolves.toEqual({ kind: 'ready' });
    }

    await transport.close(0);
    for (const server of servers) {
      await expect(transport.ready(server.destination(), clock.now())).resolves.toMatchObject({ kind: 'unreachable', reason: 'closing' });
      await server.stop();
    }
  });
});
