/** What the owner of a connection hears of it. Bytes are valid during the call. */
export interface Http2PeerListener {
  /** The highest stream of the other end that was taken up: what GOAWAY names when the connection ends with an error. */
  readonly lastTaken: number;
  /** The other end's SETTINGS; the limit on streams is undefined where they do not name it. */
  settings(maxConcurrentStreams: number | undefined): void;
  /** Names and values in turn. A stream's second block is its trailers. */
  headers(stream: number, fields: readonly string[], isLast: boolean): void;
  /**
   * Where it is there, it hears in place of `headers` of most answers that end with their header block, such as an acceptance of APNs. `fields` may be
   * called until this returns, and makes what `headers` would have been given.
   */
  answered?(stream: number, status: number, fields: () => readonly string[]): void;
  data(stream: number, bytes: Buffer, isLast: boolean): void;
  /** The stream is over, without its end. */
  reset(stream: number, code: number): void;
  goaway(lastStream: number, code: number): void;
  /** The ping of before is answered. */
  pinged(): void;
  /** All that came in one piece was told: what is better done once for many frames is done now. */
  told?(): void;
  /** It may carry more than before. */
  freed(): void;
  /** The socket is closed. Comes once, and nothing after it. */
  closed(hadError: boolean): void;
}
