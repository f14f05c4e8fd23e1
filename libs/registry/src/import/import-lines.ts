import { PushError, StaleRevision, crashPoint, type Clock, type Fingerprinter, type Random } from '#libs/kernel';
import type { RegistrySettings } from '../registry-settings.ts';
import { retryWhenStale } from '../retry-when-stale.ts';
import {
  FIRST_PROBLEMS,
  type ImportCounts,
  type ImportJob,
  type ImportOutcome,
  type ImportProblem,
  type ImportedItem,
  type ImportedLine,
} from './import-job.ts';
import { ImportDecisions, idOf } from './import-rules.ts';
import type { ImportCommit, ImportQuestion, ImportRepository } from './import.repository.ts';

interface LinesToImport {
  /** As it was stored last. */
  readonly job: ImportJob;
  readonly part: number;
  /** At least one. */
  readonly lines: readonly ImportedLine[];
  readonly settings: RegistrySettings;
  /** How long reading them took, ms. */
  readonly readMs: number;
}

/** What a commit has made of the lines it took. */
interface Decided {
  readonly commit: ImportCommit;
  readonly taken: number;
}

/**
 * Brings lines of a part into the registry, each exactly once, and the import's place and counts with them. Answers the job as it is then. Throws
 * StaleRevision where another process has gone on with the import: it is theirs; TooManyConflicts.
 */
export class ImportLines {
  constructor(
    private readonly imports: ImportRepository,
    private readonly clock: Clock,
    private readonly fingerprinter: Fingerprinter,
    private readonly random: Random,
  ) {}

  async execute({ job, part, lines, settings, readMs }: LinesToImport): Promise<ImportJob> {
    let [current, rest, spent] = [job, lines, readMs];
    while (rest.length > 0) {
      const startedAt = performance.now();
      const { commit, taken } = await this.#commit(current, part, rest, settings, () => spent + performance.now() - startedAt);
      current = committed(commit);
      rest = rest.slice(taken);
      spent = 0;
    }
    return current;
  }

  #commit(
    job: ImportJob,
    part: number,
    lines: readonly ImportedLine[],
    settings: RegistrySettings,
    spentMs: () => number,
  ): Promise<Decided> {
    let isRepeated = false;
    return retryWhenStale(this.random, async () => {
      if (isRepeated) await this.#mustBeOurs(job);
      isRepeated = true;
      const decided = await this.#decide(job, part, lines, settings);
      const commit = { ...decided.commit, workedMs: job.workedMs + Math.round(spentMs()) };
      crashPoint('import.commit.before');
      await this.imports.commit(commit);
      crashPoint('import.commit.after');
      return { commit, taken: decided.taken };
    });
  }

  /** Throws an error that no repetition mends. */
  async #mustBeOurs({ app, id, step }: ImportJob): Promise<void> {
    const stored = await this.imports.findById(app, id);
    if (stored?.step !== step) throw new ImportTakenOver(id);
  }

  async #decide(job: ImportJob, part: number, lines: readonly ImportedLine[], settings: RegistrySettings): Promise<Decided> {
    const stored = await this.imports.look(job, part, this.#questionOf(job.app, lines));
    const now = this.clock.now();
    const decisions = new ImportDecisions({ job, part, settings, fingerprinter: this.fingerprinter, now }, stored);
    const tally = new Tally(part);
    let taken = 0;
    for (const line of lines) {
      if (line.items.some((item) => decisions.touches(item))) break;
      tally.line(line);
      for (const item of line.items) tally.item(line, outcomeOf(decisions, item));
      taken += 1;
    }
    const last = lines[taken - 1];
    if (!last) throw new Error('No line to import');
    const commit = {
      job,
      users: job.dryRun ? [] : decisions.users,
      installations: job.dryRun ? [] : decisions.installations,
      problems: tally.problems,
      position: { part, line: last.lastLine, offset: last.end },
      counts: tally.addedTo(job.counts),
      committedAt: now,
      workedMs: 0,
    };
    return { commit, taken };
  }

  #questionOf(app: string, lines: readonly ImportedLine[]): ImportQuestion {
    const items = lines.flatMap((line) => line.items);
    const devices = items.flatMap(({ device }) => device ?? []);
    return {
      app,
      ids: [...new Set(devices.map((device) => idOf(device, this.fingerprinter)))],
      tokens: devices.flatMap(({ token, fields: { provider } }) =>
        token && provider ? [{ provider, fingerprint: this.fingerprinter.of(token) }] : [],
      ),
      externalIds: [...new Set(items.flatMap(({ externalId }) => externalId ?? []))],
    };
  }
}

/** Another process has gone on with the import, or it is no more. */
export class ImportTakenOver extends PushError {
  readonly code = 'import_taken_over';
  readonly retryable = false;

  constructor(
    readonly importId: string,
    options?: ErrorOptions,
  ) {
    super(`The import ${importId} is in other hands`, options);
  }
}

interface Refusal {
  readonly message: string;
}

/** Rules refuse what no form shows, such as too many tags for the app. */
function outcomeOf(decisions: ImportDecisions, item: ImportedItem): ImportOutcome | Refusal {
  try {
    return decisions.decide(item);
  } catch (error) {
    if (!(error instanceof PushError) || error.retryable || error instanceof StaleRevision) throw error;
    return { message: error.message };
  }
}

/** Counts and problems of the lines of one commit. */
class Tally {
  readonly problems: ImportProblem[] = [];
  readonly #counts = { lines: 0, created: 0, updated: 0, existing: 0, rejected: 0 };

  constructor(private readonly part: number) {}

  line({ line, problems, refused }: ImportedLine): void {
    this.#counts.lines += 1;
    for (const problem of problems) this.problems.push({ part: this.part, line, ...problem });
    this.#counts.rejected += refused;
  }

  item({ line }: ImportedLine, outcome: ImportOutcome | Refusal): void {
    if (typeof outcome === 'string') {
      this.#counts[outcome] += 1;
      return;
    }
    this.#counts.rejected += 1;
    this.problems.push({ part: this.part, line, pointer: '', message: outcome.message, rejected: true });
  }

  addedTo(before: ImportCounts): ImportCounts {
    const { lines, created, updated, existing, rejected } = this.#counts;
    return {
      lines: before.lines + lines,
      created: before.created + created,
      updated: before.updated + updated,
      existing: before.existing + existing,
      rejected: before.rejected + rejected,
      problems: before.problems + this.problems.length,
    };
  }
}

/** The job as a commit leaves it. */
export function committed({ job, position, counts, committedAt, workedMs, problems }: ImportCommit): ImportJob {
  return {
    ...job,
    step: job.step + 1,
    position,
    counts,
    committedAt,
    workedMs,
    problems: [...job.problems, ...problems].slice(0, FIRST_PROBLEMS),
  };
}
