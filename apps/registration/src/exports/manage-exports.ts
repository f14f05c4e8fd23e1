import { auditLineOf, type AuditLog, type Principal } from '#libs/access';
import { newId, note, type Clock } from '#libs/kernel';
import type { ExportJob, ExportRepository } from '#libs/registry';
import type { FileKeeper } from '#libs/storage';
import { ExportNotFound, ExportNotReady, TokensForAdmins, TooManyExports } from './export-errors.ts';
import type { NewExportBody } from './export-record.ts';

const maxRunning = 5;

export function folderOfExport({ app, id }: Pick<ExportJob, 'app' | 'id'>): string {
  return `exports/${app}/${id}`;
}

/** Makes exports and gives their files out; the sweep writes them. */
export class ManageExports {
  constructor(
    private readonly exports: ExportRepository,
    private readonly files: FileKeeper,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {}

  /** Tokens go to admins only, and are audited before anything is read. Throws TokensForAdmins, TooManyExports. */
  async create(app: string, { what, format, filter, include, recipient }: NewExportBody, by: Principal): Promise<ExportJob> {
    const withTokens = include.includes('tokens');
    if (withTokens && by.kind !== 'admin') throw new TokensForAdmins();
    if ((await this.exports.countRunning(app)) >= maxRunning) throw new TooManyExports(maxRunning);
    const now = this.clock.now();
    const job: ExportJob = {
      id: newId(),
      app,
      revision: 1,
      what,
      format,
      tags: filter?.tags ?? null,
      withTokens,
      recipient: recipient ?? null,
      state: 'running',
      failure: null,
      rows: 0,
      bytes: null,
      createdAt: now,
      finishedAt: null,
      leaseUntil: 0,
    };
    if (withTokens) await this.audit.append(auditLineOf({ app, by, action: 'tokens.exported', target: job.id, revision: 1 }, now));
    await this.exports.insert(job);
    note('export begun', { app, exportId: job.id, what, withTokens, by: by.keyId });
    return job;
  }

  /** Throws ExportNotFound. */
  async find(app: string, id: string): Promise<ExportJob> {
    const job = await this.exports.findById(app, id);
    if (!job) throw new ExportNotFound(id);
    return job;
  }

  /** Throws ExportNotFound, ExportNotReady, TokensForAdmins. */
  async file(app: string, id: string, by: Principal): Promise<{ readonly job: ExportJob; readonly bytes: AsyncIterable<Buffer> }> {
    const job = await this.find(app, id);
    if (job.withTokens && by.kind !== 'admin') throw new TokensForAdmins();
    if (job.state !== 'done') throw new ExportNotReady(`The export is ${job.state}`);
    return { job, bytes: this.files.read(`${folderOfExport(job)}/file`) };
  }
}
