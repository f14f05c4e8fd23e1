import { ProviderCallUnavailable } from '#libs/access';
import { newId } from '#libs/kernel';
import type { TrialResult } from '#libs/sends';
import type { CreateSend } from '../intake/create-send.ts';
import { SendInvalid } from '../intake/send-invalid.ts';
import { trialOf } from '../estimates/find-sample.ts';
import type { FindCandidates } from '../planning/find-candidates.ts';
import type { Candidate } from '../planning/plan-page.ts';
import type { AskForMessages } from '../estimates/ask-for-messages.ts';
import type { ReadTestSend } from './read-test-send.ts';

/** Of ten people with a drawer full of phones each. */
const maxInstallations = 100;

/**
 * Tries a message on a few installations: as planning would decide, as a dispatcher would render and send it, with the answer of the provider. It is no send: nothing
 * of it is stored, planned, repeated or counted.
 */
export class TestSend {
  constructor(
    private readonly read: ReadTestSend,
    private readonly createSend: CreateSend,
    private readonly candidates: FindCandidates,
    private readonly ask: AskForMessages,
  ) {}

  /** A result for each installation. Throws SendInvalid, ProviderCallUnavailable where no dispatcher has answered, DependencyUnavailable. */
  async execute(app: string, body: unknown): Promise<readonly TrialResult[]> {
    const { campaign, request } = await this.read.execute(app, body);
    const { send, recipients } = await this.createSend.draft({ id: newId(), app, campaign, request, repeatable: true });
    if (recipients.length > maxInstallations)
      throw new SendInvalid([{ pointer: '/users', message: `Have more than ${maxInstallations} installations` }]);
    const candidates = await this.candidates.named(send, recipients);
    const going = candidates.flatMap(trialOf);
    const results = going.length === 0 ? [] : await this.ask.trial(send, going, true);
    if (!results) throw new ProviderCallUnavailable('the providers');
    return [...candidates.flatMap(leftOut), ...results].toSorted((one, other) => (one.installation < other.installation ? -1 : 1));
  }
}

function leftOut({ installationId, provider, suppressedBy }: Candidate): TrialResult[] {
  if (suppressedBy === null) return [];
  return [{ installation: installationId, provider, outcome: 'skipped', reason: suppressedBy, request: null, answer: null }];
}
