export { ConnectionError } from './connection-error.ts';
export type { HpackEncoder } from './hpack/hpack-encoder.ts';
export { Http2Peer, type Http2PeerOptions, type RequestWriter } from './http2-peer.ts';
export type { Http2PeerListener } from './http2-peer-listener.ts';
export { errorCode, lastStreamId } from './protocol.ts';
export { fieldOf } from './field-of.ts';
