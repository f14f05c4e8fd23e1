import { writeKafkaScripts } from '#libs/testing/engines';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const readme = resolve(import.meta.dirname, '../../../../examples/internal-service/README.md');

/** The commands of the example's page that call a program, in their order; a blank line stands between two. */
export function documentedCommands(program: string): readonly string[] {
  const blocks = readFileSync(readme, 'utf8').matchAll(/```sh\n(.*?)```/gs);
  const commands = [...blocks].flatMap(([, block = '']) => block.split('\n\n'));
  return commands.map((command) => command.trim()).filter((command) => command.includes(program));
}

/** A shell in which Kafka's own tools can be called. */
export class CommandLine {
  private constructor(private readonly env: NodeJS.ProcessEnv) {}

  /** Scripts go into the folder. */
  static async open(folder: string, env: NodeJS.ProcessEnv): Promise<CommandLine> {
    const scripts = join(folder, 'scripts');
    await writeKafkaScripts(scripts);
    return new CommandLine({ PATH: `${scripts}:${process.env['PATH']}`, ...env });
  }

  /** What the command prints until that holds a text, which ends it; or until it ends by itself. */
  async output(command: string, awaited?: string): Promise<string> {
    const child = spawn('sh', ['-c', command], { env: this.env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    let isOver = false;
    const hear = (data: Buffer): void => {
      said += data.toString();
      if (isOver || awaited === undefined || child.pid === undefined || !said.includes(awaited)) return;
      isOver = true;
      process.kill(-child.pid); // with what the shell has started
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    await once(child, 'close');
    return said;
  }
}
