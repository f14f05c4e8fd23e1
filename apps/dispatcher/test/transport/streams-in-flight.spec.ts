import fc from 'fast-check';
import { Http2Exchange } from '../../src/transport/http2-exchange.ts';
import { Sending } from '../../src/transport/sending.ts';
import { nowhere, StreamsInFlight } from '../../src/transport/streams-in-flight.ts';
import { aBatch, RecordingSink } from './test-transport.ts';

const destination = {
  key: 'k',
  protocol: 'h2' as const,
  host: 'h',
  port: 1,
  ca: undefined,
  maxConnections: 1,
  maxStreams: 1,
  firstAlone: false,
  requestDeadlineMs: 1,
};
const aSending = () => new Sending(aBatch(destination, 1, 0, {}), new RecordingSink(1));
const sending = aSending();

interface Kept {
  readonly sending: Sending | undefined;
  readonly index: number;
  readonly dueAt: number;
  readonly exchange: Http2Exchange | undefined;
}

function keptOf(streams: StreamsInFlight, stream: number): Kept | undefined {
  const slot = streams.slotOf(stream);
  if (slot === nowhere) return undefined;
  return { sending: streams.sending(slot), index: streams.index(slot), dueAt: streams.dueAt(slot), exchange: streams.exchange(slot) };
}

/** Which of the streams that are open ends, or begins to be answered; `undefined`: one begins. */
const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const step = fc.option(fc.record({ at: place, isAnswered: fc.boolean() }), { nil: undefined });

describe('streams in flight', () => {
  it('are what a map of them is, whatever begins and ends', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 500 }), fc.array(step, { maxLength: 400 }), (atFirst, steps) => {
        const streams = new StreamsInFlight();
        const model = new Map<number, Kept>();
        let next = 1;
        const begin = (): void => {
          const one = aSending();
          streams.put(next, one, next * 3, next + 0.5);
          model.set(next, { sending: one, index: next * 3, dueAt: next + 0.5, exchange: undefined });
          next += 2;
        };
        for (let count = 0; count < atFirst; count += 1) begin();
        for (const { at, isAnswered } of steps.map((one) => one ?? { at: undefined, isAnswered: false })) {
          const stream = at === undefined ? undefined : [...model.keys()][Math.floor(at * model.size)];
          const kept = stream === undefined ? undefined : model.get(stream);
          if (stream === undefined || !kept) {
            begin();
          } else if (isAnswered) {
            const exchange = new Http2Exchange();
            streams.keep(streams.slotOf(stream), exchange);
            model.set(stream, { ...kept, exchange });
          } else {
            streams.remove(stream);
            model.delete(stream);
            expect(streams.slotOf(stream)).toBe(nowhere);
          }
        }
        expect(streams.size).toBe(model.size);
        expect([...streams.streams()]).toEqual([...model.keys()]);
        for (const [stream, kept] of model) {
          const found = keptOf(streams, stream);
          expect([found?.index, found?.dueAt]).toEqual([kept.index, kept.dueAt]);
          expect([found?.sending === kept.sending, found?.exchange === kept.exchange]).toEqual([true, true]);
        }
      }),
    );
  });

  it('are none for numbers that never began, of the other end, or long gone', () => {
    const streams = new StreamsInFlight();
    for (let stream = 1; stream < 1_000; stream += 2) streams.put(stream, sending, stream, 0);
    for (let stream = 1; stream < 900; stream += 2) streams.remove(stream);

    expect([0, 2, 1, 899, 902, 1_001, 2 ** 31 - 1].map((stream) => streams.slotOf(stream))).toEqual(Array(7).fill(nowhere));
    expect(streams.index(streams.slotOf(901))).toBe(901);
  });

  it('may be removed while they are looked through', () => {
    const streams = new StreamsInFlight();
    for (let stream = 1; stream < 20; stream += 2) streams.put(stream, sending, stream, 0);

    const seen: number[] = [];
    for (const stream of streams.streams()) {
      seen.push(stream);
      streams.remove(stream);
      if (stream === 1) streams.remove(5);
    }

    expect(seen).toEqual([1, 3, 7, 9, 11, 13, 15, 17, 19]);
    expect(streams.size).toBe(0);
  });

  it('begin without the answer that its place had before', () => {
    const streams = new StreamsInFlight();
    for (let stream = 1; stream < 1_000; stream += 2) {
      streams.put(stream, sending, 0, 0);
      expect(streams.exchange(streams.slotOf(stream))).toBeUndefined();
      streams.keep(streams.slotOf(stream), new Http2Exchange());
      streams.remove(stream);
    }
  });
});
