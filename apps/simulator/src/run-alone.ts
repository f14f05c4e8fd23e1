import { PushError, SystemClock } from '#libs/kernel';
import { SettingsInvalid } from '#libs/service';
import type { ProviderSimulator } from './provider-simulator.ts';
import { settings, type SimulatorSettings } from './settings.ts';
import { SIMULATED_PROVIDERS } from './simulated-provider.ts';
import { Simulator } from './simulator.ts';
import { SIMULATORS } from './simulators.ts';

const closeDeadlineMs = 1_500;

/** Runs the simulators in a process of their own until a signal ends it. A start that fails says why in one line and exits 1. */
export async function runAlone(env: NodeJS.ProcessEnv): Promise<void> {
  try {
    const simulator = await Simulator.start(read(env), { clock: new SystemClock() });
    announce(simulator);
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void end(simulator));
  } catch (error) {
    const text = error instanceof PushError ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`${text}\n`);
    process.exit(1);
  }
}

/** An empty text counts as unset, as in every service. */
function read(env: NodeJS.ProcessEnv): SimulatorSettings {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const result = settings.safeParse({ ...given, SIMULATOR: 'embedded' });
  if (result.success) return result.data;
  throw new SettingsInvalid(result.error.issues.map(({ path, message }) => ({ setting: path.join('.'), service: 'simulator', message })));
}

function announce({ controlUrl, listeners }: Simulator): void {
  const addresses = SIMULATED_PROVIDERS.flatMap((provider) => {
    const simulator: ProviderSimulator = SIMULATORS[provider];
    return simulator.lines(listeners[provider]);
  });
  const lines = [['control', controlUrl] as const, ...addresses].map(([name, address]) => `  ${name.padEnd(12)}  ${address}`);
  process.stdout.write(['Carillon simulators: nothing leaves this machine', ...lines, 'Ready', ''].join('\n'));
}

async function end(simulator: Simulator): Promise<void> {
  setTimeout(() => process.exit(0), closeDeadlineMs).unref();
  await simulator.close();
  process.exit(0);
}
