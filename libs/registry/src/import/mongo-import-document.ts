import { mongoCollection, type MongoDocument } from '#libs/storage';
import type { JobDocument, JobProgress } from './import-document.ts';
import type { ImportProblem } from './import-job.ts';

export interface ImportDocument extends MongoDocument {
  readonly app: string;
  readonly state: string;
  readonly createdAt: number;
  readonly revision: number;
  readonly step: number;
  readonly job: JobDocument;
  readonly progress: JobProgress;
}

export interface ProblemDocument extends MongoDocument {
  readonly problem: ImportProblem;
}

export const importsCollection = mongoCollection<ImportDocument>(
  'imports',
  { app: String, state: String, createdAt: Number, revision: Number, step: Number, job: Object, progress: Object },
  [{ fields: { app: 1, createdAt: -1 } }, { fields: { state: 1, createdAt: 1 } }, { fields: { createdAt: 1 } }],
);

export const importProblemsCollection = mongoCollection<ProblemDocument>('import_problems', { problem: Object });
