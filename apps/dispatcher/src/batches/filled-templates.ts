import type { BuiltProvider } from '#libs/kernel';
import type { Installation, InstallationTemplate } from '#libs/registry';
import { PROVIDER_OVERRIDES, type RenderedMessage } from '#libs/sends';
import { failed, skipped, type Word } from '#libs/sends/attempt/writing';
import { TemplateInvalid, TemplateTooLong, compileInstallationTemplate, type CompiledInstallationTemplate } from '#libs/templates';

/** Messages that each installation has written itself, filled with what a send and the installation know: those that come to the same, once. */
export class FilledTemplates {
  readonly #compiled = new Map<string, CompiledInstallationTemplate>();
  readonly #filled = new Map<string, RenderedMessage | Word>();

  constructor(private readonly provider: BuiltProvider) {}

  /** What `installation` gets of a message that names one of its templates, the same object where it is the same; or why nothing. */
  fill(
    { installationTemplate: name = '', properties = {} }: RenderedMessage,
    installation: Installation | undefined,
  ): RenderedMessage | Word {
    const { templates = {}, pushVariables = {}, provider } = installation ?? {};
    const template = Object.hasOwn(templates, name) ? templates[name] : undefined;
    if (!template || provider !== this.provider) return skipped('no_template');
    const key = JSON.stringify([template, pushVariables, properties]);
    const known = this.#filled.get(key) ?? this.#fill(template, [pushVariables, properties]);
    this.#filled.set(key, known);
    return known;
  }

  /** Of values that go by one name the last counts; names have no case. */
  #fill(template: InstallationTemplate, values: readonly Readonly<Record<string, string>>[]): RenderedMessage | Word {
    try {
      const properties = new Map(values.flatMap(Object.entries<string>).map(([name, value]) => [name.toLowerCase(), value]));
      const body = this.#compiledOf(template).fill(properties);
      return { overrides: { [this.provider]: PROVIDER_OVERRIDES[this.provider].ofTemplate?.(body) ?? body } };
    } catch (error) {
      if (error instanceof TemplateTooLong || error instanceof TemplateInvalid) return failed('template_error', error.message);
      throw error;
    }
  }

  #compiledOf(template: InstallationTemplate): CompiledInstallationTemplate {
    const key = JSON.stringify(template);
    const compiled = this.#compiled.get(key) ?? compileInstallationTemplate(template);
    this.#compiled.set(key, compiled);
    return compiled;
  }
}
