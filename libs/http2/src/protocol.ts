/** Numbers of HTTP/2 as RFC 9113 gives them. */

/** What a client says before its first frame (section 3.4). */
export const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');

/** Section 6. */
export const frameType = {
  data: 0,
  headers: 1,
  priority: 2,
  reset: 3,
  settings: 4,
  pushPromise: 5,
  ping: 6,
  goaway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;

/** `ack` is the same bit as `endStream`, on frames that have no stream to end. */
export const frameFlag = { endStream: 0x1, ack: 0x1, endHeaders: 0x4, padded: 0x8, priority: 0x20 } as const;

/** Section 7. */
export const errorCode = {
  none: 0,
  protocol: 1,
  internal: 2,
  flowControl: 3,
  streamClosed: 5,
  frameSize: 6,
  refusedStream: 7,
  cancel: 8,
  compression: 9,
  enhanceYourCalm: 11,
} as const;

/** Section 6.5.2. */
export const settingId = {
  headerTableSize: 1,
  enablePush: 2,
  maxConcurrentStreams: 3,
  initialWindowSize: 4,
  maxFrameSize: 5,
  maxHeaderListSize: 6,
} as const;

/** Bytes of a frame's header (section 4.1). */
export const frameHeaderBytes = 9;
/** Bytes of a frame's payload that everybody takes (section 4.2); we take no more, and send no more. */
export const maxFrameBytes = 16_384;
/** Nobody may ask for larger ones. */
export const largestFrameBytes = 2 ** 24 - 1;
/** Of connections and streams until somebody says otherwise (section 6.9.2). */
export const initialWindowBytes = 65_535;
export const maxWindowBytes = 2 ** 31 - 1;
export const lastStreamId = 2 ** 31 - 1;
