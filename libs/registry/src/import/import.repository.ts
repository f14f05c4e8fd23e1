import type { ProviderName } from '#libs/kernel';
import type { Installation } from '../installation/installation.ts';
import type { LedgerLine } from '../ledger/token-ledger.ts';
import type { User } from '../user/user.ts';
import type { ImportCounts, ImportJob, ImportOutcome, ImportPosition, ImportProblem } from './import-job.ts';

/** What became of which items, by their `ref`. */
export type Outcomes = ReadonlyMap<string, ImportOutcome>;

export interface ImportQuestion {
  readonly app: string;
  readonly ids: readonly string[];
  readonly tokens: readonly { readonly provider: ProviderName; readonly fingerprint: string }[];
  readonly externalIds: readonly string[];
}

/** What is stored of that which some lines speak of. */
export interface ImportAnswer {
  /** By id; tombstones too. */
  readonly installations: ReadonlyMap<string, Installation>;
  /** The ids of those that hold the tokens asked for, or claim them while nobody holds them for a moment (P3), by `provider:fingerprint`. */
  readonly holders: ReadonlyMap<string, string>;
  /** By the external id asked for, merges followed. */
  readonly users: ReadonlyMap<string, User>;
  /** Items of this part whose writes were stored by a commit that did not come to its end; empty where a commit is one write. */
  readonly applied: Outcomes;
  /** Items of this part whose word of the person was stored so. */
  readonly usersApplied: ReadonlySet<string>;
}

export interface ImportedInstallation {
  readonly installation: Installation;
  /** What it was made from; absent where nothing was stored. */
  readonly before: Installation | undefined;
  readonly ledger: readonly LedgerLine[];
  readonly outcomes: Outcomes;
}

export interface ImportedUser {
  readonly user: User;
  /** By `ref`: the items that had a word in it, with what became of those that bring no device. */
  readonly items: ReadonlyMap<string, ImportOutcome | null>;
}

/** The lines of one commit: what they write, and how far the import has come with them. */
export interface ImportCommit {
  /** As it was before. */
  readonly job: ImportJob;
  readonly users: readonly ImportedUser[];
  readonly installations: readonly ImportedInstallation[];
  readonly problems: readonly ImportProblem[];
  readonly position: ImportPosition;
  readonly counts: ImportCounts;
  readonly committedAt: number;
  readonly workedMs: number;
}

/** Imports with what their lines write. All calls may throw DependencyUnavailable. */
export abstract class ImportRepository {
  /** Throws nothing where it is there already: an id is made once. */
  abstract insert(job: ImportJob): Promise<void>;
  abstract findById(app: string, id: string): Promise<ImportJob | undefined>;
  /** Newest first. */
  abstract list(app: string, limit: number): Promise<readonly ImportJob[]>;
  /** Stores all but what `commit` writes, if the stored revision is the one before. Throws StaleRevision. */
  abstract save(job: ImportJob): Promise<void>;
  /** The oldest one that is running. */
  abstract findRunning(): Promise<ImportJob | undefined>;
  /** Jobs made before `before` (ms) that are over, or still open; at most `limit`. */
  abstract findOld(before: number, limit: number): Promise<readonly ImportJob[]>;
  /** What is stored of that which lines of `part` speak of. At most 1,000 of each. */
  abstract look(job: ImportJob, part: number, question: ImportQuestion): Promise<ImportAnswer>;
  /**
   * Stores what lines write and how far the import has come, each exactly once: together, or so that a repetition after a crash finds what is stored already
   * (`look`). Throws StaleRevision where a document, or the import's step, has changed since: look and decide again.
   */
  abstract commit(commit: ImportCommit): Promise<void>;
  /** Problems in the order of part and line, from behind a place. */
  abstract problems(id: string, after: ProblemPlace | undefined, limit: number): Promise<readonly PlacedProblem[]>;
  /** Takes the job and its problems away. */
  abstract remove(job: ImportJob): Promise<void>;
}

/** Which problem: the part, the line, and its number within the line, from 0. */
export interface ProblemPlace {
  readonly part: number;
  readonly line: number;
  readonly index: number;
}

export interface PlacedProblem {
  readonly place: ProblemPlace;
  readonly problem: ImportProblem;
}

/** Each with its place; problems of one line stand together. */
export function placed(problems: readonly ImportProblem[]): PlacedProblem[] {
  let [last, index] = ['', 0];
  return problems.map((problem) => {
    const { part, line } = problem;
    const at = `${part}:${line}`;
    index = at === last ? index + 1 : 0;
    last = at;
    return { place: { part, line, index }, problem };
  });
}
