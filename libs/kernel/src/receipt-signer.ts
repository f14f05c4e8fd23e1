import { createCipheriv, timingSafeEqual } from 'node:crypto';
import { BoundedMap } from './bounded-map.ts';
import { HmacSha256 } from './hmac-sha256.ts';
import { messageId as messageIdOf } from './ids.ts';

const signatureLength = 16; // in base64url, 96 bits: nobody guesses one over HTTP, and a payload has 4,096 bytes in all
const signatureBytes = 12;
const blockBytes = 16;
const keysKept = 1_000;
const idForm = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const sendLength = 22; // 16 bytes in base64url

/** Characters of every receipt: a message's id, a dot, the signature, a dot, the send. */
export const RECEIPT_LENGTH = 36 + 1 + signatureLength + 1 + sendLength;

/**
 * What a receipt looks like. Payloads once carried it without the send: such a receipt is counted for none. Without a signature it names its message and
 * proves nothing.
 */
export const RECEIPT_FORM = new RegExp(
  `^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?:\\.[\\w-]{${signatureLength}}(?:\\.[\\w-]{${sendLength}})?)?$`,
  'i',
);

/** The message that a genuine receipt is of. */
export interface ReceivedMessage {
  readonly messageId: string;
  /** null: the receipt is of a payload that did not name it yet. */
  readonly sendId: string | null;
}

/**
 * Makes the `receipt` of a payload: `MESSAGE_ID.SIGNATURE.SEND`. Only the device that got the message has it, so it proves that whoever shows it speaks of
 * that message for that installation. The keys come from the master key.
 *
 * The signature is the message's id, enciphered with AES-128 under a key of the app and cut: of inputs of one block a block cipher is a MAC, and all ids of a
 * batch go through it in one call. The id itself follows from send and installation, which reading looks at. Receipts that were made before (an
 * HMAC over app, installation and message) stay valid; one without a send was never made in any other way.
 */
export class ReceiptSigner {
  readonly #hmac: HmacSha256;
  readonly #keys = new BoundedMap<Buffer>(keysKept);

  /** Throws RangeError for a key of more than 64 bytes. */
  constructor(key: Buffer) {
    this.#hmac = new HmacSha256(key);
  }

  /** Of each of a send's messages, in their order. `messageIds` are those that `messageId` gives. */
  sign(app: string, sendId: string, messageIds: readonly string[]): string[] {
    const blocks = this.#encipher(app, messageIds);
    const send = partOf(sendId);
    return messageIds.map((messageId, at) => `${messageId}.${signatureIn(blocks, at)}.${send}`);
  }

  /** What a receipt is of, if we made it, and for this installation; else undefined. */
  read(app: string, installationId: string, receipt: string): ReceivedMessage | undefined {
    const [messageId = '', signature = '', send, ...rest] = receipt.split('.');
    if (rest.length > 0 || !idForm.test(messageId)) return undefined;
    const sendId = send === undefined ? null : sendOf(send);
    if (sendId !== null && messageIdOf(sendId, installationId) !== messageId) return undefined;
    const isOurs = sendId !== null && isEqual(signature, signatureIn(this.#encipher(app, [messageId]), 0));
    return isOurs || isEqual(signature, this.#olderSignature(app, installationId, messageId)) ? { messageId, sendId } : undefined;
  }

  #encipher(app: string, messageIds: readonly string[]): Buffer {
    const blocks = Buffer.allocUnsafe(messageIds.length * blockBytes);
    for (const [at, id] of messageIds.entries()) blocks.write(id.replaceAll('-', ''), at * blockBytes, 'hex');
    return createCipheriv('aes-128-ecb', this.#keyOf(app), null).setAutoPadding(false).update(blocks);
  }

  #keyOf(app: string): Buffer {
    return (
      this.#keys.get(app) ?? this.#keys.set(app, Buffer.from(this.#hmac.of(`receipts of ${app}`), 'base64url').subarray(0, blockBytes))
    );
  }

  #olderSignature(app: string, installationId: string, messageId: string): string {
    return this.#hmac.of(`${app}\n${installationId}\n${messageId}`).slice(0, signatureLength);
  }
}

function signatureIn(blocks: Buffer, at: number): string {
  return blocks.toString('base64url', at * blockBytes, at * blockBytes + signatureBytes);
}

function isEqual(shown: string, made: string): boolean {
  const [one, other] = [Buffer.from(shown), Buffer.from(made)];
  return one.length === other.length && timingSafeEqual(one, other);
}

function partOf(sendId: string): string {
  return Buffer.from(sendId.replaceAll('-', ''), 'hex').toString('base64url');
}

function sendOf(part: string): string {
  const hex = Buffer.from(part, 'base64url').toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
