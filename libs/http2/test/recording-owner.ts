import type { Http2PeerListener } from '../src/http2-peer-listener.ts';

/** What a test's connection heard, in its order. */
export class RecordingOwner implements Http2PeerListener {
  lastTaken = 0;
  readonly heard: string[] = [];
  /** Blocks of fields by stream; trailers come second. */
  readonly fields = new Map<number, (readonly string[])[]>();
  readonly bodies = new Map<number, Buffer>();
  readonly limits: (number | undefined)[] = [];
  freedTimes = 0;
  /** Called when a stream has its end. */
  ended: (stream: number) => void = () => undefined;

  settings(maxConcurrentStreams: number | undefined): void {
    this.limits.push(maxConcurrentStreams);
  }

  headers(stream: number, fields: readonly string[], isLast: boolean): void {
    this.lastTaken = stream;
    this.fields.set(stream, [...(this.fields.get(stream) ?? []), fields]);
    if (isLast) this.ended(stream);
  }

  data(stream: number, bytes: Buffer, isLast: boolean): void {
    this.bodies.set(stream, Buffer.concat([this.bodies.get(stream) ?? Buffer.alloc(0), bytes]));
    if (isLast) this.ended(stream);
  }

  reset(stream: number, code: number): void {
    this.heard.push(`reset ${stream} ${code}`);
  }

  goaway(lastStream: number, code: number): void {
    this.heard.push(`goaway ${lastStream} ${code}`);
  }

  pinged(): void {
    this.heard.push('pinged');
  }

  freed(): void {
    this.freedTimes += 1;
  }

  closed(hadError: boolean): void {
    this.heard.push(hadError ? 'closed with an error' : 'closed');
  }
}
