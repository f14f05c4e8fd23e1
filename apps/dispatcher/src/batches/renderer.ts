import { BoundedMap, type ProviderName } from '#libs/kernel';
import type { Installation, RecipientInstallation } from '#libs/registry';
import { installationRecordOf } from '#libs/registry-http';
import { leftBlank, type PageEntry, type RenderedMessage, type Send, type Variables } from '#libs/sends';
import { failed, skipped, type Word } from '#libs/sends/attempt/writing';
import { compileMessage, type CompiledMessage, type RenderContext, type Rendering } from '#libs/templates';
import type { RECIPIENT_FIELDS } from './recipients.ts';

const nothing: Variables = Object.freeze({});
const maxCompiled = 200;

/** The message of a send, parsed once; a send's message never changes. The latest used are kept. */
export class CompiledMessages {
  readonly #bySend = new BoundedMap<CompiledMessage>(maxCompiled);

  of(send: Send): CompiledMessage {
    return this.#bySend.get(send.id) ?? this.#bySend.set(send.id, compileMessage(send.message));
  }
}

/** Which of the renderings a recipient gets, with the texts for its holes. */
export interface Rendered {
  readonly rendering: number;
  readonly texts: readonly string[];
}

const noTexts: readonly string[] = [];

/** Renders for the recipients of one round, each distinct text once; or fills texts into what is the same for all. */
export class Renderer {
  /** Those of quick messages have holes. */
  readonly renderings: RenderedMessage[] = [];
  /** By locale, where the texts name nobody and nothing. */
  readonly #byLocale: Map<string | null, Rendered | Word> | undefined;
  readonly #byKey = new Map<string, Rendered | Word>();
  readonly #placeOf = new Map<RenderedMessage, number>();

  constructor(
    private readonly message: CompiledMessage,
    private readonly send: Send,
    private readonly provider: ProviderName,
  ) {
    this.#byLocale = message.roots.size === 0 ? new Map() : undefined;
  }

  /** What this recipient gets, or why nothing. `whole`: the device, where the texts name more of it than recipients have. */
  render(entry: PageEntry, installation: RecipientInstallation, whole: Installation | undefined): Rendered | Word {
    const { locale } = installation;
    const known = this.#byLocale?.get(locale);
    if (known) return known;
    const rendered = this.#render(renderContext(this.send, entry, installation, whole), locale);
    this.#byLocale?.set(locale, rendered);
    return rendered;
  }

  #render(context: RenderContext, locale: string | null): Rendered | Word {
    const quick = this.message.quick(locale);
    const texts = quick?.texts(context);
    if (quick && texts) return { rendering: this.#place(quick.message), texts };
    const key = this.message.renderingKey(context, locale);
    let rendered = this.#byKey.get(key);
    if (rendered === undefined) {
      const rendering = this.message.render(context, locale);
      if (rendering.kind !== 'rendered') rendered = wordFor(rendering);
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
function wordFor(rendering: Exclude<Rendering, { kind: 'rendered' }>): Word {
  switch (rendering.kind) {
    case 'aborted':
      return skipped('aborted');
    case 'empty':
      return skipped('empty_message');
    case 'template_error':
      return failed('template_error', rendering.reason);
  }
}

/** What the texts may speak of, for one recipient; what they do not name was not read. */
function renderContext(send: Send, entry: PageEntry, installation: RecipientInstallation, whole: Installation | undefined): RenderContext {
  const { userId, externalId, subscription, userTags: tags, userAttributes: attributes } = installation;
  return {
    user: { userId, externalId, subscription, tags, attributes },
    installation: whole ? withoutHashes(whole) : recordOf(installation),
    variables: entry.variables ? { ...send.variables, ...entry.variables } : send.variables,
    campaign: send.campaign === null ? nothing : { id: send.campaign },
    event: send.event ?? nothing,
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
