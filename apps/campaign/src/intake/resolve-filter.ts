import { parseDuration, PushError, parseInstant } from '#libs/kernel';
import type { Filter, FilterLeaf, FilterValue } from '#libs/registry';
import type { AudienceRepository, SavedAudience } from '../documents/audience.ts';
import { SendInvalid } from './send-invalid.ts';
import { audiencesIn, partsOf, maxLeaves, isObject, ordered, type WrittenFilter } from './written-filter.ts';

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
const maxResolvedDepth = 32;

/** Makes a written filter one that installations can be asked with. */
export class ResolveFilter {
  constructor(private readonly audiences: AudienceRepository) {}

  /**
   * Relative dates count from `at` (ms); saved audiences stand in their place as they are written now. `own`: the audience that is being written.
   * Throws AudienceUnknown, AudienceCycle, DependencyUnavailable.
   */
  async execute(app: string, written: WrittenFilter, at: number, own?: string): Promise<Filter> {
    const found = new Map<string, SavedAudience>();
    for (const name of audiencesIn(written)) await this.#collect(app, name, own === undefined ? [] : [own], found);
    checkExtent(written, found);
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

/** What is named counts where it is named: eight names of eight names of eight are hundreds of conditions. Throws SendInvalid. */
function checkExtent(written: WrittenFilter, found: ReadonlyMap<string, SavedAudience>): void {
  const extents = new Map<string, Extent>();
  for (const [name, { filter }] of found) extents.set(name, extentOf(filter, extents)); // those that it names come before it
  const { leaves, depth } = extentOf(written, extents);
  if (leaves > maxLeaves || depth > maxResolvedDepth) {
    const message = `With the audiences that it names it has ${leaves} conditions in ${depth} levels; at most ${maxLeaves} in ${maxResolvedDepth}`;
    throw new SendInvalid([{ code: 'filter_invalid', pointer: '', message }]);
  }
}

interface Extent {
  readonly leaves: number;
  readonly depth: number;
}

function extentOf(written: WrittenFilter, extents: ReadonlyMap<string, Extent>): Extent {
  const parts = partsOf(written);
  const one = { leaves: 1, depth: 1 };
  if (!parts) return 'audience' in written ? (extents.get(String(written['audience'])) ?? one) : one;
  const inner = parts.map((part) => extentOf(part, extents));
  return {
    leaves: Math.min(
      inner.reduce((sum, { leaves }) => sum + leaves, 0),
      Number.MAX_SAFE_INTEGER,
    ),
    depth: 1 + Math.max(...inner.map(({ depth }) => depth)),
  };
}

/** The filter at an instant (ms): every date absolute, every saved audience in its place. `audienceOf` knows all that it names. */
function resolvedFilter(written: WrittenFilter, at: number, audienceOf: (name: string) => Filter): Filter {
  if ('not' in written) return { not: resolvedFilter(written['not'] as WrittenFilter, at, audienceOf) };
  for (const name of ['and', 'or'] as const) {
    if (name in written) {
      const parts = (written[name] as readonly WrittenFilter[]).map((part) => resolvedFilter(part, at, audienceOf));
      return name === 'and' ? { and: parts } : { or: parts };
    }
  }
  if ('audience' in written) return audienceOf(written['audience'] as string);
  for (const name of ['lastSeen', 'firstSeen'] as const) {
    if (name in written) return { [name]: seenAt(written[name] as Readonly<Record<string, string>>, at) } as FilterLeaf;
  }
  for (const name of ['received', 'opened'] as const)
    if (name in written) return { [name]: engagedAt(written[name] as Readonly<Record<string, string>>, at) } as FilterLeaf;
  if ('event' in written) return eventAt(written, at);
  return 'op' in written ? ({ ...written, value: valueAt(written, at) } as FilterLeaf) : (written as FilterLeaf);
}

/** Once at least, unless the filter says how often. */
function eventAt({ event, within, count, where }: WrittenFilter, at: number): FilterLeaf {
  const [[op, value] = ['gte', 1]] = Object.entries((count ?? {}) as Readonly<Record<string, number>>);
  return {
    event: event as string,
    count: { op: op as 'gte', value },
    ...(typeof within === 'string' && { since: at - (parseDuration(within) ?? 0) }),
    ...(isObject(where) && { where: { ...where, value: valueAt({ ...where, attr: where['property'] }, at) } as never }),
  };
}

function engagedAt({ campaign, within }: Readonly<Record<string, string>>, at: number): Record<string, unknown> {
  return { ...(campaign !== undefined && { campaign }), ...(within !== undefined && { since: at - (parseDuration(within) ?? 0) }) };
}

function seenAt(range: Readonly<Record<string, string>>, at: number): Record<string, number> {
  return Object.fromEntries(Object.entries(range).map(([name, text]) => [name, parseInstant(text) ?? at - (parseDuration(text) ?? 0)]));
}

function valueAt({ op, value, ...leaf }: WrittenFilter, at: number): unknown {
  const isAttribute = 'attr' in leaf || 'userAttr' in leaf;
  if (!isAttribute || !ordered.has(String(op))) return value;
  return Array.isArray(value) ? value.map((one) => momentAt(one, at)) : momentAt(value, at);
}

function momentAt(value: unknown, at: number): FilterValue {
  if (isObject(value)) return { at: at - (parseDuration(String(value['ago'])) ?? 0) };
  const instant = typeof value === 'string' ? parseInstant(value) : undefined;
  return instant === undefined ? (value as FilterValue) : { at: instant };
}
