import { PushError } from '#libs/kernel';
import type { Filter } from '#libs/registry';
import type { AudienceRepository, SavedAudience } from '../documents/audience.ts';
import { FilterReader, resolvedFilter, type WrittenFilter } from './written-filter.ts';

/** A send, a campaign or a filter names an audience that the app does not have. */
export class AudienceUnknown extends PushError {
  readonly code = 'audience_unknown';
  readonly retryable = false;

  constructor(readonly audience: string) {
    super(`The app has no audience ${audience}`);
  }
}

/** An audience that leads back to itself selects nobody and everybody. */
export class AudienceCycle extends PushError {
  readonly code = 'audience_cycle';
  readonly retryable = false;

  constructor(readonly path: readonly string[]) {
    super(`Audiences that name each other in a circle: ${path.join(', ')}`);
  }
}

/** As many as a filter may have leaves: what is named by what is named counts, too. */
const maxAudiences = 200;

/** Makes a written filter one that installations can be asked with. */
export class ResolveFilter {
  constructor(private readonly audiences: AudienceRepository) {}

  /**
   * Relative dates count from `at` (ms); saved audiences stand in their place as they are written now. `own`: the audience that is being written.
   * Throws AudienceUnknown, AudienceCycle, DependencyUnavailable.
   */
  async execute(app: string, written: WrittenFilter, at: number, own?: string): Promise<Filter> {
    const found = new Map<string, SavedAudience>();
    const names = namesIn(written);
    for (const name of names) await this.#collect(app, name, own === undefined ? [] : [own], found);
    const filterOf = (name: string): Filter => {
      const audience = found.get(name);
      if (!audience) throw new AudienceUnknown(name);
      return resolvedFilter(audience.filter, at, filterOf);
    };
    return resolvedFilter(written, at, filterOf);
  }

  async #collect(app: string, name: string, path: readonly string[], found: Map<string, SavedAudience>): Promise<void> {
    if (path.includes(name)) throw new AudienceCycle([...path, name]);
    if (found.has(name)) return;
    const audience = await this.audiences.findById(app, name);
    if (!audience || found.size >= maxAudiences) throw new AudienceUnknown(name);
    for (const inner of audience.names) await this.#collect(app, inner, [...path, name], found);
    found.set(name, audience);
  }
}

function namesIn(written: WrittenFilter): ReadonlySet<string> {
  const reader = new FilterReader('');
  reader.read(written);
  return reader.audiences;
}
