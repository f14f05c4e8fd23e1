import { Transport, type Destination, type Readiness, type RequestBatch, type ResultSink, type TransportLoad } from './transport.ts';

/** Sends each batch over what is spoken at its destination. */
export class RoutedTransport extends Transport {
  constructor(
    private readonly http2: Transport,
    private readonly http1: Transport,
  ) {
    super();
  }

  send(batch: RequestBatch, sink: ResultSink): Promise<void> {
    return this.#for(batch.destination).send(batch, sink);
  }

  ready(destination: Destination, by: number): Promise<Readiness> {
    return this.#for(destination).ready(destination, by);
  }

  load(destinationKey: string): TransportLoad {
    const one = this.http2.load(destinationKey);
    return one.connections + one.waiting > 0 ? one : this.http1.load(destinationKey);
  }

  async close(graceMs: number): Promise<void> {
    await Promise.all([this.http2.close(graceMs), this.http1.close(graceMs)]);
  }

  #for({ protocol }: Destination): Transport {
    return protocol === 'h2' ? this.http2 : this.http1;
  }
}
