/** Where consumers say what went wrong: types, ids, topics and codes, never an event's data. Nest's Logger fits. */
export interface MessagingLog {
  warn(message: string): void;
  error(message: string): void;
}
