import type { Destination } from '../transport/transport.ts';
import type { BodyTemplate, Filling } from './body-template.ts';
import type { ProviderBatch } from './provider-protocol.ts';
import type { ProviderRequest } from './push-provider.ts';

/** One message that goes. */
export interface SentMessage {
  readonly position: number;
  /** Of the body, in bytes. */
  readonly length: number;
}

/** One whose body is a template's. */
export interface FilledMessage extends SentMessage {
  readonly template: BodyTemplate;
  readonly filling: Filling;
}

/** What the requests of a batch have, by their messages. */
export interface RequestParts<Sent extends SentMessage> {
  readonly destination: Destination;
  /** Names and values in turn. */
  readonly sharedHeaders: readonly string[];
  readonly authorization: () => string;
  readonly path: (sent: Sent) => string;
  /** A header that each request has with a value of its own. */
  readonly own?: { readonly name: string; readonly value: (sent: Sent) => string };
  /** Writes `length` bytes. */
  readonly writeBody: (sent: Sent, into: Buffer, offset: number) => void;
  /** Of a body that `writeBody` encrypts. */
  readonly clearBody?: (sent: Sent) => string;
}

/** A request a message, of one shape: POST, with the lane and the last moment of the whole. */
export function requestBatch<Sent extends SentMessage>(
  { lane, startBy }: Pick<ProviderRequest, 'lane' | 'startBy'>,
  sent: readonly Sent[],
  { destination, sharedHeaders, authorization, path, own, writeBody, clearBody }: RequestParts<Sent>,
): ProviderBatch {
  const at = (index: number): Sent => sent[index] ?? outOfRange(index);
  return {
    positions: sent.map(({ position }) => position),
    destination,
    size: sent.length,
    urgent: lane === 'transactional',
    startBy,
    method: 'POST',
    sharedHeaders,
    ownHeaders: own ? [own.name] : [],
    authorization,
    path: (index) => path(at(index)),
    ownHeader: own ? (index) => own.value(at(index)) : outOfRange,
    bodyLength: (index) => at(index).length,
    writeBody: (index, into, offset) => {
      writeBody(at(index), into, offset);
    },
    ...(clearBody && { clearBody: (index: number) => clearBody(at(index)) }),
  };
}

/** For bodies that are templates'. */
export function writeFilled({ template, filling }: FilledMessage, into: Buffer, offset: number): void {
  template.write(into, offset, filling);
}

function outOfRange(index: number): never {
  throw new RangeError(`No request ${index} in this batch`);
}
