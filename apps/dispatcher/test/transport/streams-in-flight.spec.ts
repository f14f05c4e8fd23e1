import fc from 'fast-check';
import { Http2Exchange } from '../../src/transport/http2-exchange.ts';
import { Sending } from '../../src/transport/sending.ts';
import { StreamsInFlight } from '../../src/transport/streams-in-flight.ts';
import { aBatch, RecordingSink } from './test-transport.ts';

const destination = {
  key: 'k',
  host: 'h',
  port: 1,
  ca: undefined,
  maxConnections: 1,
  maxStreams: 1,
  firstAlone: false,
  requestDeadlineMs: 1,
};
const sending = new Sending(aBatch(destination, 1, 0, {}), new RecordingSink(1));

/** Which of the streams that are open ends; `undefined`: one begins. */
const step = fc.option(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { nil: undefined });

describe('streams in flight', () => {
  it('are what a map of them is, whatever begins and ends', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 500 }), fc.array(step, { maxLength: 400 }), (atFirst, steps) => {
        const streams = new StreamsInFlight();
        const model = new Map<number, Http2Exchange>();
        let next = 1;
        const begin = (): void => {
          const exchange = new Http2Exchange(sending, next, 0);
          streams.put(next, exchange);
          model.set(next, exchange);
          next += 2;
        };
        for (let count = 0; count < atFirst; count += 1) begin();
        for (const ends of steps) {
          const stream = ends === undefined ? undefined : [...model.keys()][Math.floor(ends * model.size)];
          if (stream === undefined) {
            begin();
            continue;
          }
          expect(streams.get(stream)).toBe(model.get(stream));
          streams.remove(stream);
          model.delete(stream);
          expect(streams.get(stream)).toBeUndefined();
        }
        expect(streams.size).toBe(model.size);
        expect([...streams.entries()]).toEqual([...model]);
      }),
    );
  });

  it('are none for numbers that never began, of the other end, or long gone', () => {
    const streams = new StreamsInFlight();
    for (let stream = 1; stream < 1_000; stream += 2) streams.put(stream, new Http2Exchange(sending, stream, 0));
    for (let stream = 1; stream < 900; stream += 2) streams.remove(stream);

    expect([0, 2, 1, 899, 902, 1_001, 2 ** 31 - 1].map((stream) => streams.get(stream))).toEqual(Array(7).fill(undefined));
    expect(streams.get(901)?.index).toBe(901);
  });

  it('may be removed while they are looked through', () => {
    const streams = new StreamsInFlight();
    for (let stream = 1; stream < 20; stream += 2) streams.put(stream, new Http2Exchange(sending, stream, 0));

    const seen: number[] = [];
    for (const [stream] of streams.entries()) {
      seen.push(stream);
      streams.remove(stream);
      if (stream === 1) streams.remove(5);
    }

    expect(seen).toEqual([1, 3, 7, 9, 11, 13, 15, 17, 19]);
    expect(streams.size).toBe(0);
  });
});
