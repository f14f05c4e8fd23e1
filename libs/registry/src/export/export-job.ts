export const EXPORT_KINDS = ['installations', 'users', 'ledger'] as const;
export type ExportKind = (typeof EXPORT_KINDS)[number];

export const EXPORT_STATES = ['running', 'done', 'failed'] as const;

export const EXPORT_FORMATS = ['ndjson', 'csv'] as const;

/** A file that is being made of what an app has. Instants are ms. */
export interface ExportJob {
  readonly id: string;
  readonly app: string;
  readonly revision: number;
  readonly what: ExportKind;
  readonly format: (typeof EXPORT_FORMATS)[number];
  /** Of installations: only those that this expression over tags selects. */
  readonly tags: string | null;
  readonly withTokens: boolean;
  /** Whom the file is sealed to, in age's form; null: it is not. */
  readonly recipient: string | null;
  readonly state: (typeof EXPORT_STATES)[number];
  readonly failure: string | null;
  /** So far. */
  readonly rows: number;
  /** Of the file; null before it is whole. */
  readonly bytes: number | null;
  readonly createdAt: number;
  readonly finishedAt: number | null;
  /** Until when a process that says nothing keeps it; saves double work and proves nothing. */
  readonly leaseUntil: number;
}
