import { pageOf } from '#libs/api';
import { isoTime } from '#libs/kernel';
import { LEDGER_EVENTS, type LedgerLine } from '#libs/registry';
import { z } from 'zod';

/** A line of the token ledger as answers carry it. */
const ledgerRecord = z
  .object({
    at: z.iso.datetime(),
    installation: z.string(),
    event: z.enum(LEDGER_EVENTS),
    fromUser: z.string().nullable(),
    toUser: z.string().nullable(),
    fromExternalId: z.string().nullable(),
    toExternalId: z.string().nullable(),
    tokenFingerprint: z.string().nullable(),
    reason: z.string().nullable(),
    provider: z.string().nullable(),
    sendId: z.string().nullable(),
  })
  .meta({
    id: 'LedgerLine',
  });

/** A real answer, for the documentation. */
export const ledgerExample = {
  items: [
    {
      at: '2026-11-22T09:30:00.000Z',
      installation: 'phone-1',
      event: 'moved',
      fromUser: '01a20297-4dc0-7d0a-9b55-0a5d7f1c2e11',
      toUser: 'b1f6f0de-1a56-5b0e-8f43-6f0c8a3f9d22',
      fromExternalId: 'charlie',
      toExternalId: 'kim',
      tokenFingerprint: '9f86d081884c7d659a2feaa0c55ad015',
      reason: null,
      provider: 'apns',
      sendId: null,
    },
  ],
  cursor: null,
};

/** `GET …/ledger`, newest first. */
export const ledgerPage = pageOf(ledgerRecord).meta({ id: 'LedgerPage' });

export function ledgerRecordOf(line: LedgerLine): z.output<typeof ledgerRecord> {
  return {
    at: isoTime(line.at),
    installation: line.installationId,
    event: line.event,
    fromUser: line.fromUser,
    toUser: line.toUser,
    fromExternalId: line.fromExternalId,
    toExternalId: line.toExternalId,
    tokenFingerprint: line.tokenFingerprint,
    reason: line.reason,
    provider: line.provider,
    sendId: line.sendId,
  };
}
