import type { Installation, RecipientInstallation, User } from '#libs/registry';
import { installationRecordOf } from '#libs/registry-http';
import type { PageEntry, Send, Variables } from '#libs/sends';
import type { RenderContext, RootName } from '#libs/templates';

const nothing: Variables = Object.freeze({});

/** What the texts may speak of, for one recipient; only the roots that they name are made. `whole`: the device, where they name it. */
export function renderContext(
  roots: ReadonlySet<RootName>,
  send: Send,
  entry: PageEntry,
  installation: RecipientInstallation,
  user: User | undefined,
  whole: Installation | undefined,
): RenderContext {
  return {
    user: roots.has('user') ? userRecord(installation, user) : nothing,
    installation: whole ? withoutHashes(whole) : nothing,
    variables: entry.variables ? { ...send.variables, ...entry.variables } : send.variables,
    campaign: send.campaign === null ? nothing : { id: send.campaign },
    event: nothing,
  };
}

/** The API's record of a user; where the document is not there, the copies that the installation carries. */
function userRecord(installation: RecipientInstallation, user: User | undefined): Variables {
  if (!user) {
    const { userId, externalId, subscription, userTags, userAttributes } = installation;
    return { userId, externalId, subscription, tags: userTags, attributes: userAttributes };
  }
  const { userId, externalId, subscription, tags, attributes } = user;
  return { userId, externalId, subscription, tags, attributes };
}

function withoutHashes(installation: Installation): Variables {
  const { tokenFingerprint: _, ...record } = installationRecordOf(installation);
  return record;
}
