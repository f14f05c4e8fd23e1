import { createCipheriv, timingSafeEqual, type Cipheriv } from 'node:crypto';
import { BoundedMap } from './bounded-map.ts';
import { HmacSha256 } from './hmac-sha256.ts';
import { ID_BYTES, ID_LENGTH, messageId as messageIdOf, writeId, writeMessageIds } from './ids.ts';

const signatureLength = 16; // in base64url, 96 bits: nobody guesses one over HTTP, and a payload has 4,096 bytes in all
const signatureBytes = 12;
const dot = '.'.charCodeAt(0);
const base64url = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_', 'latin1');
const keysKept = 1_000;
const idForm = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const sendLength = 22; // 16 bytes in base64url

/** Characters of every receipt: a message's id, a dot, the signature, a dot, the send. */
export const RECEIPT_LENGTH = ID_LENGTH + 1 + signatureLength + 1 + sendLength;

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

/** Receipts of some messages of a send, each at its place, as the bytes that payloads carry. */
export class Receipts {
  static readonly none = new Receipts(Buffer.alloc(0));

  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get length(): number {
    return this.#bytes.length / RECEIPT_LENGTH;
  }

  /** Writes RECEIPT_LENGTH bytes. */
  write(place: number, into: Buffer, offset: number): void {
    this.#bytes.copy(into, offset, place * RECEIPT_LENGTH, (place + 1) * RECEIPT_LENGTH);
  }

  /** Writes the ID_LENGTH bytes of the message's id. */
  writeId(place: number, into: Buffer, offset: number): void {
    this.#bytes.copy(into, offset, place * RECEIPT_LENGTH, place * RECEIPT_LENGTH + ID_LENGTH);
  }

  text(place: number): string {
    return this.#bytes.toString('latin1', place * RECEIPT_LENGTH, (place + 1) * RECEIPT_LENGTH);
  }

  messageId(place: number): string {
    return this.#bytes.toString('latin1', place * RECEIPT_LENGTH, place * RECEIPT_LENGTH + ID_LENGTH);
  }
}

/**
 * Makes the `receipt` of a payload: `MESSAGE_ID.SIGNATURE.SEND`. Only the device that got the message has it, so it proves that whoever shows it speaks of
 * that message for that installation. The keys come from the master key.
 *
 * The signature is the CBC-MAC of send and message's id, two blocks of AES-128 under a key of the app, cut: all ids of a batch go through the cipher in one
 * call. It binds the message to its send, so a receipt proves both even where nobody says which installation shows it. Receipts that were made before
 * stay valid for who names the installation: of the id alone, or an HMAC over app, installation and message; one without a send is of the latter kind.
 */
export class ReceiptSigner {
  readonly #hmac: HmacSha256;
  /** By app. Blocks are enciphered each for itself, so one cipher serves for ever. */
  readonly #ciphers = new BoundedMap<Cipheriv>(keysKept);

  /** Throws RangeError for a key of more than 64 bytes. */
  #lastBlock: { readonly app: string; readonly sendId: string; readonly block: Buffer } | undefined;

  constructor(key: Buffer) {
    this.#hmac = new HmacSha256(key);
  }

  /** Of a send's message to each of the installations, in their order. */
  sign(app: string, sendId: string, installationIds: readonly string[]): Receipts {
    const ids = Buffer.allocUnsafe(installationIds.length * ID_BYTES);
    writeMessageIds(ids, sendId, installationIds);
    const blocks = this.#macsOf(app, sendId, ids);
    const bytes = Buffer.allocUnsafe(installationIds.length * RECEIPT_LENGTH);
    const send = Buffer.from(partOf(sendId), 'latin1');
    for (let place = 0; place < installationIds.length; place += 1) {
      const at = place * RECEIPT_LENGTH;
      writeId(bytes, at, ids, place * ID_BYTES);
      bytes[at + ID_LENGTH] = dot;
      writeSignature(bytes, at + ID_LENGTH + 1, blocks, place * ID_BYTES);
      bytes[at + ID_LENGTH + 1 + signatureLength] = dot;
      send.copy(bytes, at + ID_LENGTH + 1 + signatureLength + 1);
    }
    return new Receipts(bytes);
  }

  /** What a receipt is of, if we made it, and for this installation; else undefined. */
  read(app: string, installationId: string, receipt: string): ReceivedMessage | undefined {
    const [messageId = '', signature = '', send, ...rest] = receipt.split('.');
    if (rest.length > 0 || !idForm.test(messageId)) return undefined;
    const sendId = send === undefined ? null : sendOf(send);
    if (sendId !== null && messageIdOf(sendId, installationId) !== messageId) return undefined;
    const isOurs =
      sendId !== null && (this.#isSigned(app, messageId, sendId, signature) || isEqual(signature, this.#signatureOfId(app, messageId)));
    return isOurs || isEqual(signature, this.#olderSignature(app, installationId, messageId)) ? { messageId, sendId } : undefined;
  }

  /** The same where nobody says of which installation it is: only a receipt of the present form proves its message without that; others are undefined. */
  readAlone(app: string, receipt: string): (ReceivedMessage & { readonly sendId: string }) | undefined {
    const [messageId = '', signature = '', send = '', ...rest] = receipt.split('.');
    if (rest.length > 0 || send.length !== sendLength || !idForm.test(messageId)) return undefined;
    const sendId = sendOf(send);
    return this.#isSigned(app, messageId, sendId, signature) ? { messageId, sendId } : undefined;
  }

  #isSigned(app: string, messageId: string, sendId: string, signature: string): boolean {
    return isEqual(signature, signatureIn(this.#macsOf(app, sendId, bytesOf(messageId))));
  }

  /** What stood in the place of the MAC before the send went into it. */
  #signatureOfId(app: string, messageId: string): string {
    return signatureIn(this.#cipherOf(app).update(bytesOf(messageId)));
  }

  /** A block for each of the ids: E(E(send) ⊕ id). The first block never leaves here, and the input has always two: that is when CBC-MAC is safe. */
  #macsOf(app: string, sendId: string, ids: Buffer): Buffer {
    const cipher = this.#cipherOf(app);
    const first = this.#firstBlock(cipher, app, sendId);
    const mixed = Buffer.allocUnsafe(ids.length);
    for (let at = 0; at < ids.length; at += 1) mixed[at] = (ids[at] ?? 0) ^ (first[at % ID_BYTES] ?? 0);
    return cipher.update(mixed);
  }

  /** Receipts come by the hundred of one send: its block is kept until another send comes. */
  #firstBlock(cipher: Cipheriv, app: string, sendId: string): Buffer {
    const known = this.#lastBlock;
    if (known?.app === app && known.sendId === sendId) return known.block;
    const block = cipher.update(bytesOf(sendId));
    this.#lastBlock = { app, sendId, block };
    return block;
  }

  #cipherOf(app: string): Cipheriv {
    const known = this.#ciphers.get(app);
    if (known) return known;
    const key = Buffer.from(this.#hmac.of(`receipts of ${app}`), 'base64url').subarray(0, ID_BYTES);
    return this.#ciphers.set(app, createCipheriv('aes-128-ecb', key, null).setAutoPadding(false));
  }

  #olderSignature(app: string, installationId: string, messageId: string): string {
    return this.#hmac.of(`${app}\n${installationId}\n${messageId}`).slice(0, signatureLength);
  }
}

/** The first bytes of a block in base64url: three bytes are four characters. */
function writeSignature(into: Buffer, offset: number, blocks: Buffer, start: number): void {
  let place = offset;
  for (let at = start; at < start + signatureBytes; at += 3) {
    const bits = ((blocks[at] ?? 0) << 16) | ((blocks[at + 1] ?? 0) << 8) | (blocks[at + 2] ?? 0);
    into[place++] = base64url[bits >>> 18] ?? 0;
    into[place++] = base64url[(bits >>> 12) & 63] ?? 0;
    into[place++] = base64url[(bits >>> 6) & 63] ?? 0;
    into[place++] = base64url[bits & 63] ?? 0;
  }
}

function signatureIn(block: Buffer): string {
  return block.toString('base64url', 0, signatureBytes);
}

/** Always a whole block: half of one would stay in the cipher and spoil the next. */
function bytesOf(id: string): Buffer {
  const block = Buffer.alloc(ID_BYTES);
  block.write(id.replaceAll('-', ''), 'hex');
  return block;
}

function isEqual(shown: string, made: string): boolean {
  const [one, other] = [Buffer.from(shown), Buffer.from(made)];
  return one.length === other.length && timingSafeEqual(one, other);
}

function partOf(sendId: string): string {
  return bytesOf(sendId).toString('base64url');
}

function sendOf(part: string): string {
  const hex = Buffer.from(part, 'base64url').toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
