import { pointerTo } from '#libs/api';
import { BUILT_PROVIDERS } from '#libs/kernel';
import { PROVIDER_OVERRIDES, leftBlank, type MessageTemplate } from '#libs/sends';
import type { SendProblem } from './send-invalid.ts';

type Path = readonly string[];

/** What a provider would refuse of `overrides`, or the platform leave out; null takes a member out and is never wrong there. */
export function overrideProblems(message: MessageTemplate): SendProblem[] {
  const { overrides = {} } = message;
  const given = BUILT_PROVIDERS.flatMap((provider) => {
    const over = overrides[provider];
    return over ? [{ provider, over, rules: PROVIDER_OVERRIDES[provider] }] : [];
  });
  const own = given.flatMap(({ provider, over, rules }) =>
    rules.platformsOwn.filter((path) => (at(over, path) ?? null) !== null).map((path) => [provider, ...path]),
  );
  const shape = given.flatMap(({ over, rules }) => rules.shape(over));
  // What has the wrong form would be called blank as well.
  const nothing = shape.length > 0 ? [] : leftBlank(message).filter(({ isNothing }) => isNothing);
  return [
    ...own.map((path) => problemAt(path, 'The platform sets this itself')),
    ...nothing.map(({ path }) => problemAt(path, 'Leaves no title and no body, and there is nothing else to send')),
    ...[...shape, ...given.flatMap(({ over, rules }) => rules.beside?.(over, message) ?? [])].map(({ path, message: text, code }) => ({
      ...problemAt(path, text),
      ...(code && { code }),
    })),
  ];
}

function at(over: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, step) => (isObject(value) ? value[step] : undefined), over);
}

function problemAt(path: Path, message: string): SendProblem {
  return { pointer: pointerTo(['message', 'overrides', ...path]), message };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
