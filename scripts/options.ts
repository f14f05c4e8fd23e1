import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';

/**
 * The options of an npm script. `--help` prints its text and ends the process with 0; what is no option ends it with 1 and a line,
 * because a mistyped one must not start an hour of something else.
 */
export function optionsOf<const T extends ParseArgsOptionsConfig>(help: string, options: T) {
  if (process.argv.includes('--help')) {
    process.stdout.write(`${help.trim()}\n`);
    process.exit(0);
  }
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    process.stderr.write(`${(error as Error).message.split('. ')[0] ?? ''}; --help names those that there are\n`);
    process.exit(1);
  }
}
