import { spawn } from 'node:child_process';

export interface ToolOptions {
  /** What to do where there is no such program. */
  readonly hint: string;
  readonly cwd?: string;
}

/** Runs a program to its end. Undefined when it went well, else why not. */
export async function runTool(program: string, options: readonly string[], { hint, cwd }: ToolOptions): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn(program, options, { stdio: ['ignore', 'pipe', 'pipe'], ...(cwd !== undefined && { cwd }) });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (data: Buffer) => (said = `${said}${data.toString()}`.slice(-2_000)));
    child.once('error', () => {
      resolve(`there is no ${program}; ${hint}`);
    });
    child.once('close', (code) => {
      resolve(code === 0 ? undefined : `${program} ended with ${code}: ${said.trim()}`);
    });
  });
}
