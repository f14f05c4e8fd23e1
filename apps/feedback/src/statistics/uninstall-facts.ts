import { BoundedMap, installationKey } from '#libs/kernel';
import type { Installation, InstallationRepository, TokenTurn } from '#libs/registry';
import type { Send, SentMessages } from '#libs/sends';

const dayMs = 24 * 3_600_000;
/** A provider may say much later that an app is gone: sends before that are not looked for. */
const maxDaysBack = 7;
const maxKnown = 100_000;

/** A campaign that a device got a message of in the 24 hours before its app was gone. */
export interface CampaignBefore {
  readonly campaign: string;
  readonly variant: string | null;
}

/** What stands around an uninstalled app: what it had got before (R49), and whether its person has come back (R50). All calls may throw DependencyUnavailable. */
export class UninstallFacts {
  /** By turn. What was found once stays, so that an hour which is summed again does not read plans again. */
  readonly #known = new BoundedMap<readonly CampaignBefore[]>(maxKnown);

  constructor(
    private readonly installations: InstallationRepository,
    private readonly messages: SentMessages,
  ) {}

  /** The campaigns before each of these turns, by turn; each campaign and variant once. */
  async campaignsBefore(app: string, turns: readonly TokenTurn[]): Promise<ReadonlyMap<string, readonly CampaignBefore[]>> {
    const open = turns.filter(({ id }) => this.#known.get(id) === undefined);
    if (open.length > 0) await this.#find(app, open);
    return new Map(turns.map(({ id }) => [id, this.#known.get(id) ?? []]));
  }

  async #find(app: string, turns: readonly TokenTurn[]): Promise<void> {
    const stored = await this.#byId(app, turns);
    const found = turns.map((turn) => {
      const goneAt = Math.min(turn.at, stored.get(turn.installationId)?.uninstalledAt ?? turn.at);
      return { turn, goneAt, before: new Map<string, CampaignBefore>() };
    });
    const [first, last] = [Math.min(...found.map(({ goneAt }) => goneAt)), Math.max(...found.map(({ goneAt }) => goneAt))];
    for (const send of await this.messages.recent(app, Math.max(first - dayMs, last - maxDaysBack * dayMs))) {
      const { campaign, variant = null } = send;
      if (campaign === null) continue;
      const near = found.filter(({ goneAt }) => isBefore(send, goneAt));
      const got = await this.messages.among(
        send,
        near.map(({ turn }) => turn.installationId),
      );
      for (const { turn, before } of near) {
        if (got.has(turn.installationId)) before.set(JSON.stringify([campaign, variant]), { campaign, variant });
      }
    }
    for (const { turn, before } of found) this.#known.set(turn.id, [...before.values()]);
  }

  /** Of first tokens of installations: those (by turn) whose known user had lost the app on another installation of the platform. Each lost one counts once. */
  async comebacks(app: string, turns: readonly TokenTurn[]): Promise<ReadonlySet<string>> {
    const stored = await this.#byId(app, turns);
    const users = new Set([...stored.values()].flatMap(({ userId, externalId }) => (externalId === null ? [] : [userId])));
    if (users.size === 0) return new Set();
    const lost = Map.groupBy(await this.installations.findUninstalled(app, [...users]), ({ userId }) => userId);
    const comebacks = new Set<string>();
    const taken = new Set<string>();
    for (const turn of turns) {
      const own = stored.get(turn.installationId);
      const earlier = (lost.get(own?.userId ?? '') ?? []).find(
        ({ id, platform, uninstalledAt }) =>
          id !== turn.installationId && platform === own?.platform && uninstalledAt !== null && uninstalledAt <= turn.at && !taken.has(id),
      );
      if (!own || !earlier) continue;
      taken.add(earlier.id);
      comebacks.add(turn.id);
    }
    return comebacks;
  }

  async #byId(app: string, turns: readonly TokenTurn[]): Promise<ReadonlyMap<string, Installation>> {
    const keys = [...new Set(turns.map(({ installationId }) => installationKey(app, installationId)))];
    const found = keys.length === 0 ? [] : await this.installations.findByKeys(keys);
    return new Map(found.map((installation) => [installation.id, installation]));
  }
}

function isBefore({ createdAt }: Send, goneAt: number): boolean {
  return createdAt <= goneAt && createdAt > goneAt - dayMs;
}
