export { ConnectionError } from './connection-error.ts';
export type { HpackEncoder } from './hpack/hpack-encoder.ts';
export { Http2Peer, type Http2PeerListener, type Http2PeerOptions } from './http2-peer.ts';
export { errorCode, lastStreamId } from './protocol.ts';
