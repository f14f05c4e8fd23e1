import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

export interface Usage {
  readonly cpuSeconds: number;
  readonly peakRssMb: number;
}

/** A script of package.json, run by this Node with the flags that the script has, and more if need be. */
export class BenchProcess {
  private constructor(private readonly child: ChildProcess) {}

  /** Resolves when it says that it is ready. Throws what it printed when it ends first. */
  static async start(script: string, env: NodeJS.ProcessEnv, flags: readonly string[] = []): Promise<BenchProcess> {
    const child = spawn(process.execPath, [...flags, ...argumentsOf(script)], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines: string[] = [];
    const ready = new Promise<string>((resolve) => {
      createInterface(child.stdout).on('line', (line) => {
        if (lines.length < 100) lines.push(line);
        if (/ready/i.test(line)) resolve('ready');
      });
    });
    const first = await Promise.race([ready, once(child, 'exit').then(() => 'ended')]);
    if (first !== 'ready') throw new Error(`npm run ${script} did not start:\n${lines.join('\n')}`);
    return new BenchProcess(child);
  }

  /** CPU seconds and peak memory so far (Linux). */
  usage(): Usage {
    return usageOf(this.child.pid ?? 0);
  }

  /** SIGTERM, and waits for the end. */
  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await ended;
  }

  /** `kill -9`, and waits for the end. */
  async kill(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
  }
}

/** Of any process of this machine (Linux). */
function usageOf(pid: number): Usage {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  const peak = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return { cpuSeconds: (Number(stat[11]) + Number(stat[12])) / 100, peakRssMb: Number(peak) / 1024 };
}

/** What the script of package.json gives to Node: its flags belong to what is measured. */
function argumentsOf(script: string): string[] {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
  return (scripts[script] ?? '').replace(/^exec node /, '').split(' ');
}
