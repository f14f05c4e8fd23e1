import type { PushToken } from '#libs/kernel';
import type { InstallationFields } from '../installation/installation.ts';
import type { UserChange } from '../user/user.ts';

/** `open` takes parts, `running` reads them; the others are ends. */
export const IMPORT_STATES = ['open', 'running', 'done', 'failed', 'cancelled'] as const;
export type ImportState = (typeof IMPORT_STATES)[number];

/** `create` makes what is not there; `upsert` also changes what is. */
export const IMPORT_MODES = ['create', 'upsert'] as const;
export type ImportMode = (typeof IMPORT_MODES)[number];

/** What became of one line, or of one device of a line that lists several. */
export type ImportOutcome = 'created' | 'updated' | 'existing' | 'rejected';

/** A part that has come whole. */
export interface ImportPart {
  readonly part: number;
  /** Inflated. */
  readonly bytes: number;
}

/** Up to where the lines have been handled, all before included. */
export interface ImportPosition {
  readonly part: number;
  /** Lines handled of the part; a header counts. */
  readonly line: number;
  /** Where the next line begins, in bytes from the part's beginning. */
  readonly offset: number;
}

/** `lines` are lines of the files; the others count devices and people, of which a line may list several, and add up to them where each lists one. */
export interface ImportCounts {
  readonly lines: number;
  readonly created: number;
  readonly updated: number;
  readonly existing: number;
  readonly rejected: number;
  /** Problems told, those of lines that were taken with something left out included. */
  readonly problems: number;
}

export const NO_COUNTS: ImportCounts = { lines: 0, created: 0, updated: 0, existing: 0, rejected: 0, problems: 0 };

/** What is wrong with a line. It shows no token. */
export interface ImportProblem {
  readonly part: number;
  readonly line: number;
  /** JSON Pointer into the line; empty for all of it. */
  readonly pointer: string;
  readonly message: string;
  /** False: the line was taken, without this. */
  readonly rejected: boolean;
}

/** Problems that the job itself carries; all are kept beside it. */
export const FIRST_PROBLEMS = 100;

/** A move of installations and users from files into an app. Instants are ms. */
export interface ImportJob {
  readonly id: string;
  readonly app: string;
  /** Rises with every write that is not a commit of lines. */
  readonly revision: number;
  /** Rises with every commit of lines. */
  readonly step: number;
  /** Whose files they are; the app that reads them knows which there are. */
  readonly format: string;
  readonly mode: ImportMode;
  readonly dryRun: boolean;
  readonly state: ImportState;
  /** Why it failed; null otherwise. */
  readonly failure: string | null;
  /** How many there are to be; null: as many as come. */
  readonly expectedParts: number | null;
  /** In order. */
  readonly parts: readonly ImportPart[];
  readonly position: ImportPosition | null;
  readonly counts: ImportCounts;
  readonly problems: readonly ImportProblem[];
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  /** When lines were last committed, and how long handling them has taken so far, ms: what rates are made of. */
  readonly committedAt: number | null;
  readonly workedMs: number;
}

/** The device of a line, checked for form. */
export interface ImportedDevice {
  /** Null: nobody named it; its id is made from its token (R19). */
  readonly id: string | null;
  /** With platform and provider. */
  readonly fields: InstallationFields;
  readonly token: PushToken | null;
  readonly firstSeenAt: number | null;
  readonly lastSeenAt: number | null;
}

/** One device, one person, or both, of one line. */
export interface ImportedItem {
  /** Unique in its part and the same whenever the part is read: the line, and which of its devices. */
  readonly ref: string;
  readonly device: ImportedDevice | null;
  readonly externalId: string | null;
  /** What the line says of the person. */
  readonly user: UserChange;
}

/** A line as it was read: what it brings, and what is wrong with it. */
export interface ImportedLine {
  readonly line: number;
  /** Where it ends, if it has several. */
  readonly lastLine: number;
  /** Where the next one begins. */
  readonly end: number;
  readonly items: readonly ImportedItem[];
  /** What it lists besides, and is not taken; of a line of which nothing is, 1 at least. */
  readonly refused: number;
  readonly problems: readonly Pick<ImportProblem, 'pointer' | 'message' | 'rejected'>[];
}
