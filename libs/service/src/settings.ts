import { PushError } from '#libs/kernel';
import type { z } from 'zod';

export interface SettingProblem {
  readonly setting: string;
  readonly service: string;
  readonly message: string;
}

/** Settings that cannot be read; every problem of every service at once, names without values. */
export class SettingsInvalid extends PushError {
  readonly code = 'settings_invalid';
  readonly retryable = false;

  constructor(readonly problems: readonly SettingProblem[]) {
    super(
      ['These settings cannot be used:', ...problems.map(({ setting, service, message }) => `  ${setting} (${service}): ${message}`)].join(
        '\n',
      ),
    );
  }
}

export interface SettingsOwner {
  readonly name: string;
  readonly settings: z.ZodObject;
}

/** The settings of each owner, in order. An empty text counts as unset. Throws SettingsInvalid. */
export function parseSettings(env: NodeJS.ProcessEnv, owners: readonly SettingsOwner[]): readonly Record<string, unknown>[] {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = owners.map(({ settings }) => settings.safeParse(given));
  const problems = parsed.flatMap((result, at) =>
    (result.error?.issues ?? []).map(({ path, message }) => ({ setting: path.join('.'), service: owners[at]?.name ?? '', message })),
  );
  if (problems.length > 0) throw new SettingsInvalid(distinct(problems));
  return parsed.map(({ data }) => data ?? {});
}

/** What two read of several settings; throws SettingsInvalid with the problems of both. */
export function readBoth<A, B>(first: () => A, second: () => B): readonly [A, B] {
  const problems: SettingProblem[] = [];
  const tried = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof SettingsInvalid)) throw error;
      problems.push(...error.problems);
      return undefined;
    }
  };
  const found = [tried(first), tried(second)];
  if (problems.length > 0) throw new SettingsInvalid(problems);
  return found as [A, B];
}

/** A setting that several services read is reported once, for the first of them. */
function distinct(problems: readonly SettingProblem[]): SettingProblem[] {
  return problems.filter(
    ({ setting, message }, at) => problems.findIndex((first) => first.setting === setting && first.message === message) === at,
  );
}
