import { staticFields } from './static-table.ts';

/** Of the static table's entries 8 to 14 (RFC 7541 appendix A). */
const statuses = [200, 204, 206, 304, 400, 404, 500];
/** What so few bytes and so few fields of a table hold is far below the limit of a list. */
const maxBytes = 256;
const maxOfTable = 8;

/**
 * The status of a block that begins with one of the static table's, and whose other fields can be left unread: they change no table, refer to what is there
 * (`remembered`: how many fields the table has), and no text of them is coded. 0 for all other blocks, good or bad: a decoder has to look.
 */
export function plainStatus(bytes: Buffer, start: number, end: number, remembered: number): number {
  const status = statuses[(bytes[start] ?? 0) - 0x88];
  if (status === undefined || end - start > maxBytes) return 0;
  let ofTable = 0;
  let at = start + 1;
  while (at < end) {
    const first = bytes[at] ?? 0;
    if (first > 0x80) {
      const index = first & 0x7f;
      if (index === 0x7f || index > staticFields + remembered) return 0;
      if (index > staticFields) ofTable += 1;
      at += 1;
    } else {
      at = afterLiteral(bytes, at, end, remembered);
      if (at === 0) return 0;
    }
  }
  return at === end && ofTable <= maxOfTable ? status : 0;
}

/** Where the next field is; 0 when this one has to be read. */
function afterLiteral(bytes: Buffer, at: number, end: number, remembered: number): number {
  const first = bytes[at] ?? 0;
  const index = first & 0x0f;
  if (first >= 0x20 || index === 0x0f || index > staticFields + remembered) return 0;
  const value = index === 0 ? afterText(bytes, at + 1, end) : at + 1;
  return value === 0 ? 0 : afterText(bytes, value, end);
}

function afterText(bytes: Buffer, at: number, end: number): number {
  const length = bytes[at] ?? 0xff;
  return length >= 0x7f || at + 1 + length > end ? 0 : at + 1 + length;
}
