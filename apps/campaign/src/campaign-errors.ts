import type { StatusesOf } from '#libs/api';
import type { TemplateInUse, TemplateNotFound } from './campaigns/templates.controller.ts';
import type { InstallationNotFound, UserNotFound } from '#libs/registry';
import type { AudienceInUse, AudienceNotFound } from './audiences/audience-errors.ts';
import type { AudienceCycle, AudienceUnknown } from './intake/resolve-filter.ts';
import type { CampaignExists, CampaignNotFound, CampaignStateUnfit } from './campaigns/campaign-errors.ts';
import type { EventTooOld, EventTypeUnknown, TokensNotInEvents, TooManyUsers } from './requests/event-errors.ts';
import type { RecallDiffers } from './control/recall-send.ts';
import type { IdempotencyKeyRequired, SendNotFound, TooManyForTransactional } from './send/send-errors.ts';
import type { UninstallProbeRunning } from './probes/probe-errors.ts';
import type { NamedProblem } from './intake/send-invalid.ts';

type CampaignError =
  | CampaignExists
  | CampaignNotFound
  | CampaignStateUnfit
  | EventTooOld
  | EventTypeUnknown
  | TokensNotInEvents
  | TooManyUsers
  | AudienceCycle
  | AudienceInUse
  | AudienceNotFound
  | AudienceUnknown
  | InstallationNotFound
  | IdempotencyKeyRequired
  | RecallDiffers
  | SendNotFound
  | TemplateInUse
  | TemplateNotFound
  | TooManyForTransactional
  | UninstallProbeRunning
  | UserNotFound;

/** The codes of this service and their statuses. */
export const campaignStatuses: StatusesOf<CampaignError> & Readonly<Record<NamedProblem, number>> & Readonly<Record<string, number>> = {
  audience_cycle: 409,
  audience_in_use: 409,
  audience_not_found: 404,
  audience_unknown: 400,
  campaign_exists: 409,
  campaign_not_found: 404,
  campaign_state_unfit: 409,
  event_type_unknown: 404,
  filter_invalid: 400,
  idempotency_key_required: 400,
  installation_not_found: 404,
  recall_differs: 409,
  reserved_data_key: 400,
  send_not_found: 404,
  condition_invalid: 400,
  tag_expression_invalid: 400,
  target_empty: 400,
  template_in_use: 409,
  template_invalid: 400,
  template_not_found: 404,
  template_unknown: 400,
  tokens_not_in_events: 400,
  too_many_for_transactional: 400,
  too_many_users: 400,
  too_old: 400,
  uninstall_probe_running: 409,
  user_not_found: 404,
};
