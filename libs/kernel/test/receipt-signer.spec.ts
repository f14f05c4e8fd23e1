import { messageId as messageIdOf } from '../src/ids.ts';
import { RECEIPT_FORM, RECEIPT_LENGTH, ReceiptSigner } from '../src/receipt-signer.ts';

const sendId = '01980000-3f0e-7f1e-8a3c-2f4b8f6a1d01';
const otherSend = 'a0000000-0000-5000-8000-000000000001';
const messageId = messageIdOf(sendId, 'phone');
const signer = new ReceiptSigner(Buffer.alloc(32, 1));

const signed = (send: string, phone = 'phone') => signer.sign('shop', send, [phone]).text(0);
/** Made by earlier versions, for the same key, message and phone: an HMAC, and the id alone enciphered. */
const older = '36c6b7b2-a2b7-59d8-a293-198f8e2a448f.JaQ5Fwdmst9uOTWx.AZgAAD8Ofx6KPC9Lj2odAQ';
const ofIdAlone = '36c6b7b2-a2b7-59d8-a293-198f8e2a448f.Ws-cGxr4QUYERpg8.AZgAAD8Ofx6KPC9Lj2odAQ';

describe('A receipt', () => {
  it('begins with the id of its message and has one length', () => {
    const receipt = signed(sendId);

    expect(receipt.slice(0, 37)).toBe(`${messageId}.`);
    expect(receipt).toHaveLength(RECEIPT_LENGTH);
    expect(receipt).toMatch(RECEIPT_FORM);
  });

  it('names the message and its send for the installation that got it, and nothing for anybody else', () => {
    const receipt = signed(sendId);
    const [, signature, send] = receipt.split('.');
    const other = signed(otherSend);

    expect(signer.read('shop', 'phone', receipt)).toEqual({ messageId, sendId });
    expect(signer.read('shop', 'phone', other)).toMatchObject({ sendId: otherSend });
    expect(signer.read('shop', 'tablet', receipt)).toBeUndefined();
    expect(signer.read('bank', 'phone', receipt)).toBeUndefined();
    expect(signer.read('shop', 'phone', `${messageId}.${other.split('.')[1]}.${send}`)).toBeUndefined();
    expect(signer.read('shop', 'phone', `${messageId}.${signature}.${other.split('.')[2]}`)).toBeUndefined();
    expect(new ReceiptSigner(Buffer.alloc(32, 2)).read('shop', 'phone', receipt)).toBeUndefined();
  });

  it('of a payload that did not name its send yet is genuine, without one', () => {
    const receipt = older.split('.').slice(0, 2).join('.');

    expect(receipt).toMatch(RECEIPT_FORM);
    expect(signer.read('shop', 'phone', receipt)).toEqual({ messageId, sendId: null });
    expect(signer.read('shop', 'tablet', receipt)).toBeUndefined();
  });

  it.each([older, ofIdAlone])('that an earlier version made, and that is in a phone today, stays genuine for its phone: %s', (receipt) => {
    expect(signer.read('shop', 'phone', receipt)).toEqual({ messageId, sendId });
    expect(signer.read('shop', 'tablet', receipt)).toBeUndefined();
    expect(signer.read('bank', 'phone', receipt)).toBeUndefined();
    expect(signer.readAlone('shop', receipt)).toBeUndefined();
  });

  it('proves message and send by itself, and neither with another in its place', () => {
    const receipt = signed(sendId);
    const [id = '', signature, send] = receipt.split('.');
    const [otherId, , other] = signed(otherSend).split('.');

    expect(signer.readAlone('shop', receipt)).toEqual({ messageId, sendId });
    expect(signer.readAlone('bank', receipt)).toBeUndefined();
    expect(signer.readAlone('shop', `${id}.${signature}.${other}`)).toBeUndefined();
    expect(signer.readAlone('shop', `${otherId}.${signature}.${send}`)).toBeUndefined();
    expect(signer.readAlone('shop', `${id}.${signature}`)).toBeUndefined();
    expect(signer.readAlone('shop', `${receipt}.x`)).toBeUndefined();
  });

  it('is made alike after what is no id was signed', () => {
    const before = signed(sendId);
    signer.sign('shop', 'send-1', ['phone']);

    expect(signed(sendId)).toBe(before);
  });

  it('proves nothing without its send, which is what binds it to an installation', () => {
    const cut = signed(sendId).split('.').slice(0, 2).join('.');

    expect(signer.read('shop', 'phone', cut)).toBeUndefined();
    expect(signer.read('shop', 'tablet', cut)).toBeUndefined();
  });

  it('is the same for a message whoever is signed with it', () => {
    const phones = ['a', 'ü'.repeat(128), 'phone of Kim', '🎈', 'x'.repeat(128), ''];

    const receipts = signer.sign('shop', sendId, phones);

    expect(phones.map((_, place) => receipts.text(place))).toEqual(phones.map((phone) => signed(sendId, phone)));
    expect(phones.map((_, place) => receipts.messageId(place))).toEqual(phones.map((phone) => messageIdOf(sendId, phone)));
    expect(signer.sign('shop', sendId, []).length).toBe(0);
  });

  it('is written where a payload has its place, with nothing around it', () => {
    const receipts = signer.sign('shop', sendId, ['tablet', 'phone']);
    const bytes = Buffer.alloc(RECEIPT_LENGTH + 2, '_');

    receipts.write(1, bytes, 1);

    expect(bytes.toString()).toBe(`_${signed(sendId)}_`);
    receipts.writeId(0, bytes, 1);
    expect(bytes.toString('latin1', 1, 37)).toBe(messageIdOf(sendId, 'tablet'));
  });

  it('has a signature that never changes', () => {
    expect(signed('01980000-3f0e-7f1e-8a3c-2f4b8f6a1d01')).toBe(
      '36c6b7b2-a2b7-59d8-a293-198f8e2a448f.EPxZA5HywpLUMVIn.AZgAAD8Ofx6KPC9Lj2odAQ',
    );
  });

  it.each(['', '.', messageId, `${messageId}.`, `${messageId}.AAAA`, `${messageId}..`, 'x'.repeat(1_000)])(
    'is not genuine as %j',
    (receipt) => {
      expect(signer.read('shop', 'phone', receipt)).toBeUndefined();
    },
  );
});
