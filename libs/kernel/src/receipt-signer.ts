import { createHmac, timingSafeEqual } from 'node:crypto';

const signatureBytes = 12; // 96 bits: nobody guesses one over HTTP, and a payload has 4,096 bytes in all

/** Characters of every receipt: a message's id, a dot, the signature. */
export const RECEIPT_LENGTH = 36 + 1 + (signatureBytes * 4) / 3;

/** What a receipt looks like; without a signature, as payloads once carried it, it names its message and proves nothing. */
export const RECEIPT_FORM = new RegExp(`^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?:\\.[\\w-]{${(signatureBytes * 4) / 3}})?$`, 'i');

/** The id of the message that a receipt is of. */
export function messageOfReceipt(receipt: string): string {
  return receipt.split('.', 1)[0] ?? '';
}

/**
 * Makes the `receipt` of a payload: `MESSAGE_ID.SIGNATURE`. Only the device that got the message has it, so it proves that whoever shows it speaks of
 * that message for that installation. The key comes from the master key.
 */
export class ReceiptSigner {
  readonly #key: Buffer;

  constructor(key: Buffer) {
    this.#key = key;
  }

  sign(app: string, installationId: string, messageId: string): string {
    return `${messageId}.${this.#signature(app, installationId, messageId).toString('base64url')}`;
  }

  /** Whether we made this receipt, for this installation. */
  isGenuine(app: string, installationId: string, receipt: string): boolean {
    const messageId = messageOfReceipt(receipt);
    const shown = Buffer.from(receipt.slice(messageId.length + 1), 'base64url');
    return shown.length === signatureBytes && timingSafeEqual(shown, this.#signature(app, installationId, messageId));
  }

  #signature(app: string, installationId: string, messageId: string): Buffer {
    return createHmac('sha256', this.#key).update(`${app}\n${installationId}\n${messageId}`).digest().subarray(0, signatureBytes);
  }
}
