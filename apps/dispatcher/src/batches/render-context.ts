import type { Installation, RecipientInstallation } from '#libs/registry';
import { installationRecordOf } from '#libs/registry-http';
import type { PageEntry, Send, Variables } from '#libs/sends';
import type { RenderContext } from '#libs/templates';
import { type RECIPIENT_FIELDS } from './recipients.ts';

const nothing: Variables = Object.freeze({});

/** What the texts may speak of, for one recipient; what they do not name was not read. `whole`: the device, where they name more of it than recipients have. */
export function renderContext(
  send: Send,
  entry: PageEntry,
  installation: RecipientInstallation,
  whole: Installation | undefined,
): RenderContext {
  const { userId, externalId, subscription, userTags: tags, userAttributes: attributes } = installation;
  return {
    user: { userId, externalId, subscription, tags, attributes },
    installation: whole ? withoutHashes(whole) : recordOf(installation),
    variables: entry.variables ? { ...send.variables, ...entry.variables } : send.variables,
    campaign: send.campaign === null ? nothing : { id: send.campaign },
    event: nothing,
  };
}

/** What the API's record has under the same names. */
function recordOf(installation: RecipientInstallation): Variables {
  const { id, bundleId, platform, provider, environment, notificationsEnabled, ownerEpoch, locale, attributes } = installation;
  return { id, bundleId, platform, provider, environment, notificationsEnabled, ownerEpoch, locale, attributes } satisfies Pick<
    RecipientInstallation,
    (typeof RECIPIENT_FIELDS)[number]
  >;
}

function withoutHashes(installation: Installation): Variables {
  const { tokenFingerprint: _, ...record } = installationRecordOf(installation);
  return record;
}
