import { RECEIPT_LENGTH, ReceiptSigner } from '../src/receipt-signer.ts';

const messageId = '0b0e0e5c-3f0e-5f1e-8a3c-2f4b8f6a1d01';
const signer = new ReceiptSigner(Buffer.alloc(32, 1));

describe('A receipt', () => {
  it('begins with the id of its message and has one length', () => {
    const receipt = signer.sign('shop', 'phone', messageId);

    expect(receipt.slice(0, 37)).toBe(`${messageId}.`);
    expect(receipt).toHaveLength(RECEIPT_LENGTH);
  });

  it('is genuine for the installation that got the message, and for nobody and nothing else', () => {
    const receipt = signer.sign('shop', 'phone', messageId);
    const other = signer.sign('shop', 'phone', messageId.replace('0', '1'));

    expect(signer.isGenuine('shop', 'phone', receipt)).toBe(true);
    expect(signer.isGenuine('shop', 'tablet', receipt)).toBe(false);
    expect(signer.isGenuine('bank', 'phone', receipt)).toBe(false);
    expect(signer.isGenuine('shop', 'phone', `${messageId}.${other.split('.')[1]}`)).toBe(false);
    expect(new ReceiptSigner(Buffer.alloc(32, 2)).isGenuine('shop', 'phone', receipt)).toBe(false);
  });

  it.each(['', '.', messageId, `${messageId}.`, `${messageId}.AAAA`, 'x'.repeat(1_000)])('is not genuine as %j', (receipt) => {
    expect(signer.isGenuine('shop', 'phone', receipt)).toBe(false);
  });
});
