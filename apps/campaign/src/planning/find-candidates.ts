import { canReplace, canWithdraw, installationIdOf, installationKey } from '#libs/kernel';
import type { Audience, Installation, InstallationRepository, Platform, SelectedInstallation } from '#libs/registry';
import {
  PAGE_SCAN,
  SHARED_RECIPIENT,
  rampOf,
  shareOfStep,
  stepOf,
  stepOfSlice,
  type AcceptedAudience,
  type Send,
  type SharedAddress,
} from '#libs/sends';
import type { SendTargets, TargetedRecipient } from '../send/send-targets.ts';
import type { AcceptedRecipient, AcceptedRecipients } from './accepted-recipients.ts';
import type { Candidate } from './plan-page.ts';
import { channelOf, storedRecipient, suppressionIn } from './suppression-in.ts';

/** The next targeted installations of a key range. */
export interface Candidates {
  readonly candidates: readonly Candidate[];
  /** Every key up to here is decided by them; the end of the range when it is exhausted. */
  readonly through: string;
}

interface KeyRange {
  readonly after: string;
  readonly through: string;
}

/** Of a step that few are in; as many as a look-up by keys takes. */
const lookedAtOnce = 1_000;
/** Where APNs or a browser shows the messages of other providers, too. */
const throughOthers: readonly (Platform | undefined)[] = ['ios', 'ipados', 'macos', 'tvos', 'watchos', 'visionos', 'web'];

/** Finds whom the next page of a send is about: by its rule, by the keys that were stored with it, or by the pages of the send that it takes back. Throws DependencyUnavailable. */
export class FindCandidates {
  constructor(
    private readonly installations: InstallationRepository,
    private readonly targets: SendTargets,
    private readonly accepted: AcceptedRecipients,
  ) {}

  /** At most `limit` of them: those of a slice, and so of one step of the send's ramp. */
  async execute(send: Send, slice: number, range: KeyRange, limit: number): Promise<Candidates> {
    if (send.audience.kind === 'accepted') return this.#accepted(send, send.audience, slice, range, limit);
    if (rampOf(send).length === 0) return this.#inRange(send, send.audience, range, limit);
    const step = stepOfSlice(send, slice);
    const { candidates, through } = await this.#inRange(
      send,
      send.audience,
      range,
      Math.min(lookedAtOnce, Math.ceil(limit / shareOfStep(send, step))),
    );
    const own = candidates.filter(({ installationId }) => stepOf(send, installationId) === step);
    const last = own.length > limit ? own[limit - 1] : undefined;
    return last
      ? { candidates: own.slice(0, limit), through: installationKey(send.app, last.installationId) }
      : { candidates: own, through };
  }

  async #inRange(send: Send, audience: Exclude<Send['audience'], AcceptedAudience>, range: KeyRange, limit: number): Promise<Candidates> {
    if (audience.kind === 'shared') return { candidates: [sharedCandidate(audience.address)], through: range.through };
    return audience.kind === 'explicit' ? this.#named(send, range, limit) : this.#selected(send, audience, range, limit);
  }

  async #selected(send: Send, audience: Audience, { after, through }: KeyRange, limit: number): Promise<Candidates> {
    const channel = channelOf(send);
    const found = await this.installations.select({
      audience,
      after,
      through,
      firstSeenUntil: send.createdAt, // a reinstall during a broadcast must not ring twice
      limit,
      scanLimit: PAGE_SCAN,
      ...(channel !== undefined && { channel }),
      ...(send.quietHours && { withTimeZone: true }),
      ...(send.frequency && { withUser: true }),
    });
    return { candidates: found.matches.map((match) => candidateOf(send, match)), through: found.through };
  }

  async #named(send: Send, { after, through }: KeyRange, limit: number): Promise<Candidates> {
    const recipients = await this.targets.after(send.id, after, limit);
    const candidates = await this.named(send, recipients);
    return { candidates, through: recipients.length < limit ? through : (recipients.at(-1)?.key ?? through) };
  }

  async #accepted(send: Send, audience: AcceptedAudience, slice: number, range: KeyRange, limit: number): Promise<Candidates> {
    const { recipients, through } = await this.accepted.execute(send.app, audience, slice, range, limit);
    const byKey = await this.#stored(recipients);
    return { candidates: recipients.map((recipient) => acceptedCandidate(send, recipient, byKey.get(recipient.key))), through };
  }

  /** Those that a send names, in their order, as they stand now. */
  async named(send: Send, recipients: readonly TargetedRecipient[]): Promise<readonly Candidate[]> {
    const byKey = await this.#stored(recipients);
    return recipients.map((recipient) => namedCandidate(send, recipient, byKey.get(recipient.key)));
  }

  async #stored(recipients: readonly TargetedRecipient[]): Promise<ReadonlyMap<string, Installation>> {
    const stored = await this.installations.findByKeys(recipients.map(({ key }) => key));
    return new Map(stored.map((installation) => [installation.key, installation]));
  }
}

/** Whoever has the device now was not shown the message, and what cannot take its place would stand beside it. */
function acceptedCandidate(send: Send, recipient: AcceptedRecipient, installation: Installation | undefined): Candidate {
  const isWithdrawn = send.message.silent === true;
  const candidate = namedCandidate(send, isWithdrawn ? { ...recipient, variables: null } : recipient, installation);
  const { provider = recipient.provider, platform } = installation ?? {};
  const isTakenBack = isWithdrawn ? canWithdraw(provider) && !throughOthers.includes(platform) : canReplace(provider);
  return { ...candidate, provider, suppressedBy: candidate.suppressedBy ?? (isTakenBack ? null : 'not_replaceable') };
}

/** The one message of a send to a shared address, whose only page is that of its whole range. */
function sharedCandidate({ provider }: SharedAddress): Candidate {
  return { installationId: SHARED_RECIPIENT, ownerEpoch: 0, provider, suppressedBy: null, variables: null };
}

function candidateOf(send: Send, installation: SelectedInstallation): Candidate {
  const { id, ownerEpoch, provider, timeZone, userId } = installation;
  return { installationId: id, ownerEpoch, provider, suppressedBy: suppressionIn(send, installation), variables: null, timeZone, userId };
}

/** A user's installation that changed hands since the request is not the user's any more (R29). */
function namedCandidate(send: Send, { key, ownerEpoch, variables }: TargetedRecipient, installation: Installation | undefined): Candidate {
  const installationId = installationIdOf(key);
  if (!installation) return { installationId, ownerEpoch: ownerEpoch ?? 0, provider: null, suppressedBy: 'no_token', variables };
  const changedHands = ownerEpoch !== null && ownerEpoch !== installation.ownerEpoch;
  return {
    installationId,
    ownerEpoch: ownerEpoch ?? installation.ownerEpoch,
    provider: installation.provider,
    timeZone: installation.timeZone,
    userId: installation.userId,
    suppressedBy: changedHands ? 'owner_changed' : suppressionIn(send, storedRecipient(send, installation)),
    variables,
  };
}
