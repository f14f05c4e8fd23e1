import type { Receipt, ReceiptKind } from '#libs/sends';

/** What a device reports: exactly one of `sendId` and `receipt` is there. `at` in ms, by the device's clock. */
export interface ReportedReceipt {
  readonly sendId?: string;
  readonly receipt?: string;
  readonly kind: ReceiptKind;
  readonly at: number;
}

/** Why a receipt is not taken. */
export const RECEIPT_REFUSALS = {
  receipt_not_genuine: 'we made no such receipt for this installation',
  send_not_found: 'there is no such send',
  send_forgotten: 'of this send only the sums are kept',
  message_not_sent: 'the send has no message that went to this installation',
} as const;

export type ReceiptRefusal = keyof typeof RECEIPT_REFUSALS;

/** A receipt of a message that was sent to the installation, or why it is none. */
export type JudgedReceipt = Receipt | ReceiptRefusal;
