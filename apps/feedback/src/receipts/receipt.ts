import type { Receipt, ReceiptKind } from '#libs/sends';

/** What is reported of one message: exactly one of `sendId` and `receipt` is there. `at` in ms, by the device's clock. */
export interface ReportedReceipt {
  readonly sendId?: string;
  readonly receipt?: string;
  readonly kind: ReceiptKind;
  /** Of the kind `action` alone, and always there. */
  readonly action?: string;
  readonly at: number;
}

/** Why a receipt is not taken. */
export const RECEIPT_REFUSALS = {
  receipt_not_genuine: 'we made no such receipt for this installation',
  receipt_shared: 'a message to a topic has one receipt for all who got it: report it with the installation',
  send_not_found: 'there is no such send',
  send_forgotten: 'of this send only the sums are kept',
  send_too_old: 'receipts of this send are no longer kept',
  message_not_sent: 'the send has no message that went to this installation',
  too_many_actions: 'as many actions of this message are known as are kept of one',
} as const;

export type ReceiptRefusal = keyof typeof RECEIPT_REFUSALS;

/** A receipt of a message that was sent to the installation, or why it is none. */
export type JudgedReceipt = Omit<Receipt, 'takenAt'> | ReceiptRefusal;
