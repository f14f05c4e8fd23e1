import { isBuilt, type ProviderName } from '#libs/kernel';
import type { InstallationTemplate } from '#libs/registry';
import { textField } from '#libs/registry-http';
import { PROVIDER_OVERRIDES, type JsonObject } from '#libs/sends';
import { TemplateInvalid, compileInstallationTemplate } from '#libs/templates';
import { z } from 'zod';

const maxTemplates = 10;
const maxBody = 8_192;
const maxHeaders = 20;
const maxVariables = 50;
/** Of Liquid, so that the rules of overrides know: what an expression comes to is not known yet. */
const knownLater = '{{ later }}';

const templateName = z.string().regex(/^[A-Za-z0-9_@#.:-]{1,120}$/, 'names are 1 to 120 of A-Z a-z 0-9 _ @ # . : -');

const template = z
  .strictObject({
    body: z.string().min(1).max(maxBody).meta({
      description: 'A JSON object as the provider takes it (`overrides` of a message has the same form), with expressions in its texts.',
    }),
    headers: z
      .record(z.string().min(1).max(64), z.string().max(256))
      .refine((headers) => Object.keys(headers).length <= maxHeaders, `must be at most ${maxHeaders} headers`)
      .exactOptional()
      .meta({ description: 'Headers of the provider, where it has some.' }),
  })
  .meta({ id: 'InstallationTemplate', examples: [{ body: '{"aps":{"alert":"$(title)"}}' }] });

export const templatesField = z
  .record(templateName, template)
  .refine((templates) => Object.keys(templates).length <= maxTemplates, `must be at most ${maxTemplates} templates`)
  .meta({
    description: 'Messages in the words of the installation’s provider, by name, which sends fill (`installationTemplate`). The whole set.',
  });

export const pushVariablesField = z
  .record(z.string().regex(/^[A-Za-z0-9_]{1,120}$/, 'names are 1 to 120 letters, digits and _'), textField(1_024))
  .refine((variables) => Object.keys(variables).length <= maxVariables, `must be at most ${maxVariables} variables`)
  .refine(
    (variables) => new Set(Object.keys(variables).map((name) => name.toLowerCase())).size === Object.keys(variables).length,
    'two names differ by case alone',
  )
  .meta({ description: 'What templates may name where a send says nothing under the name.' });

export interface PathProblem {
  readonly path: readonly string[];
  readonly message: string;
}

/** What is wrong with templates of an installation of this provider; paths from `templates` on. What has no form at all is said elsewhere. */
export function templateProblems(provider: ProviderName, templates: unknown): readonly PathProblem[] {
  if (typeof templates !== 'object' || templates === null || Object.keys(templates).length > maxTemplates) return [];
  const sound = Object.entries(templates).flatMap(([name, written]) => {
    const { data: one } = template.safeParse(written);
    return one ? [{ name, one }] : [];
  });
  if (sound.length === 0) return [];
  if (!isBuilt(provider) || PROVIDER_OVERRIDES[provider].hasNoTemplates)
    return [{ path: ['templates'], message: `Installations of ${provider} have no templates` }];
  return sound.flatMap(({ name, one }) =>
    problemsOf(provider, one).map(({ path, message }) => ({ path: ['templates', name, ...path], message })),
  );
}

function problemsOf(provider: keyof typeof PROVIDER_OVERRIDES, one: InstallationTemplate): readonly PathProblem[] {
  let sketch: JsonObject;
  try {
    sketch = compileInstallationTemplate(one).sketch(knownLater);
  } catch (error) {
    if (!(error instanceof TemplateInvalid)) throw error;
    return error.problems.map(({ pointer, message, position }) => ({
      path: pointer.split('/').slice(1),
      message: `${message} (character ${position})`,
    }));
  }
  const { platformsOwn, shape, beside } = PROVIDER_OVERRIDES[provider];
  const own = platformsOwn.filter((path) => path.reduce<unknown>(below, sketch) != null);
  const wrong = shape(sketch);
  return [
    ...own.map((path) => ({ path, message: 'The platform sets this itself' })),
    ...[...wrong, ...(wrong.length === 0 ? (beside?.(sketch, { overrides: { [provider]: sketch } }) ?? []) : [])].map(
      ({ path, message }) => ({
        path: path.slice(1), // it begins with the provider
        message,
      }),
    ),
  ].map(({ path: [first = '', ...rest], message }) =>
    first === 'headers' ? { path: [first, ...rest], message } : { path: ['body'], message: `/${[first, ...rest].join('/')}: ${message}` },
  );
}

function below(value: unknown, step: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[step] : undefined;
}
