/** Hours of the day, by the clock of whom a message is for, in which marketing is held until they end, or dropped. */
export interface QuietHours {
  /** `22:00`: the first minute of them. */
  readonly from: string;
  /** `08:00`: the first minute after them; earlier than `from` where midnight lies between. */
  readonly to: string;
  readonly then: 'hold' | 'drop';
}

/** The instant (ms) at which quiet hours end that lie around `at` in a zone; null where they do not. Throws RangeError for an unknown zone. */
export function quietUntil({ from, to }: Pick<QuietHours, 'from' | 'to'>, timeZone: string, at: number): number | null {
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone);
  const time = local.toPlainTime().toString({ smallestUnit: 'minute' });
  const isOvernight = from > to;
  const isQuiet = isOvernight ? time >= from || time < to : time >= from && time < to;
  if (!isQuiet) return null;
  const day = local.toPlainDate().add({ days: isOvernight && time >= from ? 1 : 0 });
  const end = day.toPlainDateTime(to).toZonedDateTime(timeZone, { disambiguation: 'compatible' }).epochMilliseconds;
  return end > at ? end : null; // of an hour that the clock shows twice
}
