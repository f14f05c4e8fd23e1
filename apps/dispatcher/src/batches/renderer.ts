import { BoundedMap, type ProviderName } from '#libs/kernel';
import { nestedAttributes, type Installation, type RecipientColumns } from '#libs/registry';
import { installationRecordOf } from '#libs/registry-http';
import { leftBlank, type RenderedMessage, type Send, type Variables } from '#libs/sends';
import { failed, skipped, type Word } from '#libs/sends/attempt/writing';
import { compileMessage, type CompiledMessage, type RenderContext, type Rendering } from '#libs/templates';
import { FilledTemplates } from './filled-templates.ts';
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
  /** Where each installation has a message of its own. */
  readonly #templates: FilledTemplates | undefined;
  readonly #user: FieldReaders;
  readonly #installation: FieldReaders;

  constructor(
    private readonly message: CompiledMessage,
    private readonly send: Send,
    private readonly provider: ProviderName,
  ) {
    this.#byLocale = message.roots.size === 0 ? new Map() : undefined;
    this.#templates = send.message.installationTemplate === undefined ? undefined : new FilledTemplates(provider);
    this.#user = readersOf(message.fields('user'), userFields);
    this.#installation = readersOf(message.fields('installation'), installationFields);
  }

  /** What this recipient gets, or why nothing. `whole`: the device, where the texts name more of it than recipients have. */
  render(columns: RecipientColumns, place: number, variables: Variables | undefined, whole: Installation | undefined): Rendered | Word {
    const locale = columns.locale(place);
    const known = this.#byLocale?.get(locale);
    const rendered = known ?? this.#render(this.#contextOf(columns, place, variables, whole), locale);
    if (known === undefined) this.#byLocale?.set(locale, rendered);
    if (this.#templates === undefined || 'outcome' in rendered) return rendered;
    const filled = this.#templates.fill(this.renderings[rendered.rendering] ?? {}, whole);
    return 'outcome' in filled ? filled : { rendering: this.#place(filled), texts: noTexts };
  }

  /** What the texts may speak of, for one recipient; what they do not name was not read, and is left out. */
  #contextOf(columns: RecipientColumns, place: number, variables: Variables | undefined, whole: Installation | undefined): RenderContext {
    const { send } = this;
    return {
      user: this.#user(columns, place),
      installation: whole ? withoutHashes(whole) : this.#installation(columns, place),
      variables: variables ? { ...send.variables, ...variables } : send.variables,
      campaign: send.campaign === null ? nothing : { id: send.campaign },
      event: send.event ?? nothing,
    };
  }

  #render(context: RenderContext, locale: string | null): Rendered | Word {
    const quick = this.#templates ? undefined : this.message.quick(locale);
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

type FieldReaders = (columns: RecipientColumns, place: number) => Variables;
type FieldReader = (columns: RecipientColumns, place: number) => unknown;

const userFields: Readonly<Record<string, FieldReader>> = {
  userId: (columns, place) => columns.userId(place),
  externalId: (columns, place) => columns.externalId(place),
  subscription: (columns, place) => columns.subscription(place),
  tags: (columns, place) => columns.userTags(place),
  attributes: (columns, place) => nestedAttributes(columns.userAttributes(place)),
};

/** What the API's record has under the same names. */
const installationFields: Readonly<Record<(typeof RECIPIENT_FIELDS)[number], FieldReader>> = {
  id: (columns, place) => columns.ids[place] ?? '',
  bundleId: (columns, place) => columns.bundleId(place),
  platform: (columns, place) => columns.platform(place),
  provider: (columns, place) => columns.provider(place),
  environment: (columns, place) => columns.environment(place),
  notificationsEnabled: (columns, place) => columns.notificationsEnabled(place),
  ownerEpoch: (columns, place) => columns.ownerEpoch(place),
  locale: (columns, place) => columns.locale(place),
  attributes: (columns, place) => columns.attributes(place),
};

/** Reads those fields of a recipient that texts name. */
function readersOf(named: ReadonlySet<string> | 'all', readers: Readonly<Record<string, FieldReader>>): FieldReaders {
  const wanted = Object.entries(readers).filter(([name]) => named === 'all' || named.has(name));
  return (columns, place) => {
    const fields: Record<string, unknown> = {};
    for (const [name, read] of wanted) fields[name] = read(columns, place);
    return fields;
  };
}

function withoutHashes(installation: Installation): Variables {
  const { tokenFingerprint: _, ...record } = installationRecordOf(installation);
  return record;
}
