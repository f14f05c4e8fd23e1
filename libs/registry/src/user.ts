import type { RecordOf } from './field-table.ts';
import type { userTable } from './user-table.ts';

/** A person: known by the app's own id, or anonymous and bound to the installations that made it. Its fields are the rows of `userTable`. */
export type User = RecordOf<typeof userTable>;
