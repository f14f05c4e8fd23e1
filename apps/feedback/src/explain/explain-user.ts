import type { InstallationRepository, TokenLedger, UserRepository } from '#libs/registry';
import type { Send } from '#libs/sends';
import type { ExplainInstallation } from './explain-installation.ts';
import type { Explanation } from './explanation.ts';

const ledgerLines = 200;
const maxInstallations = 50;

export interface UserExplanation {
  readonly outcome: Explanation['outcome'] | 'user_unknown';
  readonly reason: string | null;
  readonly installations: readonly (Explanation & { readonly id: string })[];
}

/** What says most about a person comes first: one device that rang is an answer. */
const order = ['accepted', 'token_moved', 'pending'];

/** Why a person did or did not get a send: on each installation that is theirs, or that left them since the send was made. */
export class ExplainUser {
  constructor(
    private readonly users: UserRepository,
    private readonly installations: InstallationRepository,
    private readonly ledger: TokenLedger,
    private readonly explainInstallation: ExplainInstallation,
  ) {}

  async execute(send: Send, externalId: string): Promise<UserExplanation> {
    const user = await this.users.findByExternalId(send.app, externalId);
    if (!user) return { outcome: 'user_unknown', reason: 'user_unknown', installations: [] };
    const [own, lines] = await Promise.all([
      this.installations.findByUser(send.app, user.userId, maxInstallations),
      this.ledger.ofUser(send.app, user.userId, ledgerLines),
    ]);
    const left = lines.items.filter((line) => line.at >= send.createdAt && line.fromUser === user.userId);
    const ids = [...new Set([...own.map(({ id }) => id), ...left.map(({ installationId }) => installationId)])].slice(0, maxInstallations);
    const installations = await Promise.all(ids.map(async (id) => ({ id, ...(await this.explainInstallation.execute(send, id)) })));
    const decisive = installations.toSorted((a, b) => rank(a) - rank(b))[0];
    return { outcome: decisive?.outcome ?? 'not_targeted', reason: decisive ? decisive.reason : 'no_installation', installations };
  }
}

function rank({ outcome }: Explanation): number {
  const place = order.indexOf(outcome);
  if (place >= 0) return place;
  return outcome === 'not_targeted' || outcome === 'installation_unknown' ? order.length + 1 : order.length;
}
