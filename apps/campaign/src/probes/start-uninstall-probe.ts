import type { Clock } from '#libs/kernel';
import { UNINSTALL_PROBES, type Send } from '#libs/sends';
import type { SendRepository } from '#libs/sends/send/writing';
import type { CreateSend } from '../intake/create-send.ts';
import type { ResolveTarget } from '../intake/resolve-target.ts';
import { UninstallProbeRunning } from './probe-errors.ts';
import { probeRequest, spread } from './uninstall-probe.ts';

/** Begins a run of silent probes, which is a send like others: what a crash leaves of it goes on. Insert-once by its id. */
export class StartUninstallProbe {
  constructor(
    private readonly sends: SendRepository,
    private readonly resolve: ResolveTarget,
    private readonly create: CreateSend,
    private readonly clock: Clock,
  ) {}

  /** `night`: null where somebody asked for it. Throws UninstallProbeRunning while another one is not over, DependencyUnavailable. */
  async execute(app: string, id: string, night: string | null): Promise<Send> {
    const known = await this.sends.findById(app, id);
    if (known) return known;
    const [open] = await this.sends.list(app, { campaign: UNINSTALL_PROBES, states: ['planning', 'sending', 'paused'] }, 1);
    if (open) throw new UninstallProbeRunning(open.id);
    const now = this.clock.now();
    const request = probeRequest(night, now);
    const { target } = await this.resolve.execute(app, request, now);
    return this.create.execute({ id, app, campaign: UNINSTALL_PROBES, request: spread(request, target.recipients), repeatable: true });
  }
}
