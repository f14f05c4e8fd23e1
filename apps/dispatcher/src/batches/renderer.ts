import type { Installation, RecipientInstallation } from '#libs/registry';
import { installationRecordOf } from '#libs/registry-http';
import type { ProviderName } from '#libs/kernel';
import { type PageEntry, type RenderedMessage, type Send, type Variables, leftBlank } from '#libs/sends';
import { type Answer, failed, skipped } from '#libs/sends/attempt/writing';
import type { CompiledMessage, Rendering, RenderContext } from '#libs/templates';
import type { RECIPIENT_FIELDS } from './recipients.ts';

const nothing: Variables = Object.freeze({});

/** Which of the renderings a recipient gets, with the texts for its holes. */
export interface Rendered {
  readonly rendering: number;
  readonly texts: readonly string[];
}

const noTexts: readonly string[] = [];

/** Renders for the recipients of one window, each distinct text once; or fills texts into what is the same for all. */
export class Renderer {
  /** Those of quick messages have holes. */
  readonly renderings: RenderedMessage[] = [];
  readonly #byKey = new Map<string, Rendered | Answer>();
  readonly #placeOf = new Map<RenderedMessage, number>();

  constructor(
    private readonly message: CompiledMessage,
    private readonly send: Send,
    private readonly provider: ProviderName,
  ) {}

  /** What this recipient gets, or why nothing. */
  render(entry: PageEntry, installation: RecipientInstallation, whole: Installation | undefined): Rendered | Answer {
    const context = renderContext(this.send, entry, installation, whole);
    const quick = this.message.quick(installation.locale);
    const texts = quick?.texts(context);
    if (quick && texts) return { rendering: this.#place(quick.message), texts };
    const key = this.message.renderingKey(context, installation.locale);
    let rendered = this.#byKey.get(key);
    if (rendered === undefined) {
      const rendering = this.message.render(context, installation.locale);
      if (rendering.kind !== 'rendered') rendered = answerTo(rendering);
      else if (this.#saysNothing(rendering.message)) rendered = skipped('empty_message');
      else rendered = { rendering: this.renderings.push(rendering.message) - 1, texts: noTexts };
      this.#byKey.set(key, rendered);
    }
    return rendered;
  }

  /** Its overrides came out such that the provider has nothing to carry. */
  #saysNothing(message: RenderedMessage): boolean {
    return message.overrides !== undefined && leftBlank(message).some(({ provider, isNothing }) => isNothing && provider === this.provider);
  }

  #place(message: RenderedMessage): number {
    let place = this.#placeOf.get(message);
    if (place === undefined) {
      place = this.renderings.push(message) - 1;
      this.#placeOf.set(message, place);
    }
    return place;
  }
}

/** What becomes of a message without a rendering. */
function answerTo(rendering: Exclude<Rendering, { kind: 'rendered' }>): Answer {
  switch (rendering.kind) {
    case 'aborted':
      return skipped('aborted');
    case 'empty':
      return skipped('empty_message');
    case 'template_error':
      return failed('template_error', rendering.reason);
  }
}

/** What the texts may speak of, for one recipient; what they do not name was not read. `whole`: the device, where they name more of it than recipients have. */
function renderContext(send: Send, entry: PageEntry, installation: RecipientInstallation, whole: Installation | undefined): RenderContext {
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
