import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Unfetched, type InteropContext, type InteropStep, type Tool } from '../step.ts';
import { contextIn } from './context.ts';

export interface StepOutcome {
  readonly name: string;
  readonly kind: 'passed' | 'failed' | 'skipped';
  /** Why it was skipped, or what went wrong. */
  readonly why?: string;
  readonly seconds: number;
}

/** How each tool says that it is there. */
const asked: Readonly<Record<Tool, readonly (readonly [command: string, ...options: string[]])[]>> = {
  npm: [['npm', '--version']],
  pip: [['python3', '-c', 'import venv, ensurepip']],
  mvn: [
    ['mvn', '--version'],
    ['java', '-version'],
  ],
  go: [['go', 'version']],
};

/** The steps of every file beside step.ts whose name is among `only`, or of all. Throws when a name is none. */
export async function stepsOf(only: readonly string[]): Promise<readonly InteropStep[]> {
  const folder = join(import.meta.dirname, '..');
  const names = readdirSync(folder)
    .filter((file) => file.endsWith('.js') && file !== 'step.js')
    .map((file) => file.slice(0, -'.js'.length))
    .sort();
  const unknown = only.filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new Error(`There are no steps ${unknown.join(', ')}; there are ${names.join(', ')}`);
  const wanted = only.length > 0 ? names.filter((name) => only.includes(name)) : names;
  const files = wanted.map(async (name) => (await import(join(folder, `${name}.js`))) as { steps: readonly InteropStep[] });
  return (await Promise.all(files)).flatMap(({ steps }) => steps);
}

/** One after the other, told as they end. */
export async function runSteps(
  steps: readonly InteropStep[],
  platform: InteropContext['platform'],
  tell: (outcome: StepOutcome) => void,
): Promise<readonly StepOutcome[]> {
  const parent = mkdtempSync(join(tmpdir(), 'carillon-interop-'));
  const outcomes: StepOutcome[] = [];
  try {
    for (const step of steps) {
      const outcome = await runStep(step, contextIn(parent, platform));
      outcomes.push(outcome);
      tell(outcome);
    }
  } finally {
    rmSync(parent, { recursive: true, force: true });
  }
  return outcomes;
}

async function runStep({ name, needs, run }: InteropStep, context: InteropContext): Promise<StepOutcome> {
  const startedAt = performance.now();
  const ended = (kind: StepOutcome['kind'], why?: string): StepOutcome => ({
    ...{ name, kind, seconds: (performance.now() - startedAt) / 1_000 },
    ...(why !== undefined && { why }),
  });
  const missing = missingTools(needs);
  if (missing.length > 0) return ended('skipped', `no ${missing.join(', ')} on this machine`);
  try {
    await run(context);
    return ended('passed');
  } catch (error) {
    if (error instanceof Unfetched) return ended('skipped', error.message);
    return ended('failed', error instanceof Error ? error.message : String(error));
  }
}

/** Those of the tools that this machine does not have. */
export function missingTools(needs: readonly Tool[]): readonly Tool[] {
  return needs.filter((tool) => !asked[tool].every(([command, ...options]) => spawnSync(command, options).status === 0));
}
