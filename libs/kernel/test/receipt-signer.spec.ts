import { messageId as messageIdOf } from '../src/ids.ts';
import { RECEIPT_FORM, RECEIPT_LENGTH, ReceiptSigner } from '../src/receipt-signer.ts';

const sendId = '01980000-3f0e-7f1e-8a3c-2f4b8f6a1d01';
const otherSend = 'a0000000-0000-5000-8000-000000000001';
const messageId = messageIdOf(sendId, 'phone');
const signer = new ReceiptSigner(Buffer.alloc(32, 1));

describe('A receipt', () => {
  it('begins with the id of its message and has one length', () => {
    const receipt = signer.sign('shop', 'phone', messageId, sendId);

    expect(receipt.slice(0, 37)).toBe(`${messageId}.`);
    expect(receipt).toHaveLength(RECEIPT_LENGTH);
    expect(receipt).toMatch(RECEIPT_FORM);
  });

  it('names the message and its send for the installation that got it, and nothing for anybody else', () => {
    const receipt = signer.sign('shop', 'phone', messageId, sendId);
    const [, signature, send] = receipt.split('.');
    const other = signer.sign('shop', 'phone', messageIdOf(otherSend, 'phone'), otherSend);

    expect(signer.read('shop', 'phone', receipt)).toEqual({ messageId, sendId });
    expect(signer.read('shop', 'phone', other)).toMatchObject({ sendId: otherSend });
    expect(signer.read('shop', 'tablet', receipt)).toBeUndefined();
    expect(signer.read('bank', 'phone', receipt)).toBeUndefined();
    expect(signer.read('shop', 'phone', `${messageId}.${other.split('.')[1]}.${send}`)).toBeUndefined();
    expect(signer.read('shop', 'phone', `${messageId}.${signature}.${other.split('.')[2]}`)).toBeUndefined();
    expect(new ReceiptSigner(Buffer.alloc(32, 2)).read('shop', 'phone', receipt)).toBeUndefined();
  });

  it('of a payload that did not name its send yet is genuine, without one', () => {
    const receipt = signer.sign('shop', 'phone', messageId, sendId).split('.').slice(0, 2).join('.');

    expect(receipt).toMatch(RECEIPT_FORM);
    expect(signer.read('shop', 'phone', receipt)).toEqual({ messageId, sendId: null });
  });

  it.each(['', '.', messageId, `${messageId}.`, `${messageId}.AAAA`, `${messageId}..`, 'x'.repeat(1_000)])(
    'is not genuine as %j',
    (receipt) => {
      expect(signer.read('shop', 'phone', receipt)).toBeUndefined();
    },
  );
});
