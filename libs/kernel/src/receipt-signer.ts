import { timingSafeEqual } from 'node:crypto';
import { HmacSha256 } from './hmac-sha256.ts';

const signatureLength = 16; // in base64url, 96 bits: nobody guesses one over HTTP, and a payload has 4,096 bytes in all

/** Characters of every receipt: a message's id, a dot, the signature. */
export const RECEIPT_LENGTH = 36 + 1 + signatureLength;

/** What a receipt looks like; without a signature, as payloads once carried it, it names its message and proves nothing. */
export const RECEIPT_FORM = new RegExp(`^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?:\\.[\\w-]{${signatureLength}})?$`, 'i');

/** The id of the message that a receipt is of. */
export function messageOfReceipt(receipt: string): string {
  return receipt.split('.', 1)[0] ?? '';
}

/**
 * Makes the `receipt` of a payload: `MESSAGE_ID.SIGNATURE`. Only the device that got the message has it, so it proves that whoever shows it speaks of
 * that message for that installation. The key comes from the master key.
 */
export class ReceiptSigner {
  readonly #hmac: HmacSha256;

  /** Throws RangeError for a key of more than 64 bytes. */
  constructor(key: Buffer) {
    this.#hmac = new HmacSha256(key);
  }

  sign(app: string, installationId: string, messageId: string): string {
    return `${messageId}.${this.#signature(app, installationId, messageId)}`;
  }

  /** Whether we made this receipt, for this installation. */
  isGenuine(app: string, installationId: string, receipt: string): boolean {
    const messageId = messageOfReceipt(receipt);
    const shown = Buffer.from(receipt.slice(messageId.length + 1));
    return shown.length === signatureLength && timingSafeEqual(shown, Buffer.from(this.#signature(app, installationId, messageId)));
  }

  #signature(app: string, installationId: string, messageId: string): string {
    return this.#hmac.of(`${app}\n${installationId}\n${messageId}`).slice(0, signatureLength);
  }
}
