import { SystemRandom } from '#libs/kernel';
import { Http2Transport } from './http2-transport.ts';
import { transportContract } from './transport.contract.ts';

transportContract('node:http2', (clock) => new Http2Transport(clock, new SystemRandom(), { tickMs: 10 }));
