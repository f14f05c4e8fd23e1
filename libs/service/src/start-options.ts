import { parseArgs } from 'node:util';
import { OptionsUnusable } from './start-errors.ts';

const options = { restored: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } } as const;

export interface StartOptions {
  /** The data comes from a backup: what is unfinished in it is held. */
  readonly restored: boolean;
  readonly help: boolean;
}

export const startHelp = `npm start [-- OPTIONS]

  --restored  the data comes from a backup: every unfinished send is paused (docs/operations.md)
  --help      this text

Everything else is set by environment variables: docs/settings.md.
`;

/** What stands behind `npm start --`. Throws OptionsUnusable: to overlook a mistyped `--restored` would send again what is to be held. */
export function startOptions(args: readonly string[]): StartOptions {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new OptionsUnusable(error);
  }
}
