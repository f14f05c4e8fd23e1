import { timingSafeEqual } from 'node:crypto';
import { HmacSha256 } from './hmac-sha256.ts';
import { messageId as messageIdOf } from './ids.ts';

const signatureLength = 16; // in base64url, 96 bits: nobody guesses one over HTTP, and a payload has 4,096 bytes in all
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
 * that message for that installation. The key comes from the master key.
 */
export class ReceiptSigner {
  readonly #hmac: HmacSha256;
  /** The last send and its part of a receipt: the messages of a batch are of one send. */
  #send = { id: '', part: '' };

  /** Throws RangeError for a key of more than 64 bytes. */
  constructor(key: Buffer) {
    this.#hmac = new HmacSha256(key);
  }

  /** `messageId` is that of the send's message for the installation. */
  sign(app: string, installationId: string, messageId: string, sendId: string): string {
    if (this.#send.id !== sendId) this.#send = { id: sendId, part: partOf(sendId) };
    return `${messageId}.${this.#signature(app, installationId, messageId)}.${this.#send.part}`;
  }

  /** What a receipt is of, if we made it, and for this installation; else undefined. */
  read(app: string, installationId: string, receipt: string): ReceivedMessage | undefined {
    const [messageId = '', signature = '', send, ...rest] = receipt.split('.');
    const shown = Buffer.from(signature);
    if (rest.length > 0 || shown.length !== signatureLength) return undefined;
    if (!timingSafeEqual(shown, Buffer.from(this.#signature(app, installationId, messageId)))) return undefined;
    if (send === undefined) return { messageId, sendId: null };
    const sendId = sendOf(send);
    return messageIdOf(sendId, installationId) === messageId ? { messageId, sendId } : undefined;
  }

  #signature(app: string, installationId: string, messageId: string): string {
    return this.#hmac.of(`${app}\n${installationId}\n${messageId}`).slice(0, signatureLength);
  }
}

function partOf(sendId: string): string {
  return Buffer.from(sendId.replaceAll('-', ''), 'hex').toString('base64url');
}

function sendOf(part: string): string {
  const hex = Buffer.from(part, 'base64url').toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
