import { fieldsWith, installationTable, rowOf, userTable, type Field } from '#libs/registry';
import { code, generatedNotice, markdown, table, type Page } from './document.ts';

const introduction = `# Fields

What Carillon keeps of installations and of users. Who may say a field, and when: \`session\` is every start of the app (a PUT, a session), \`registration\` a PUT or a patch; the others the platform
says itself. What is shown stands in the API's answers, and templates may speak of it, as \`installation.…\` or \`user.…\`. Filters of audiences name some of an installation's as \`device\`.`;

const words: Readonly<Record<Field<unknown>['kind']['name'], string>> = {
  text: 'text',
  locale: 'a language tag (BCP 47)',
  number: 'number',
  instant: 'instant (RFC 3339)',
  flag: 'true or false',
  tags: 'tags',
  texts: 'list of texts',
  attributes: 'attributes',
  place: 'latitude and longitude',
  templates: 'templates by name',
  variables: 'texts by name',
  secret: 'secret, never shown',
};

const compared = { plain: 'yes', version: 'as a version' } as const;

/** docs/fields.md: both tables of fields. */
export async function fieldsPage(): Promise<Page> {
  const sections = [
    { title: '## Of an installation', fields: installationTable },
    { title: '## Of a user', fields: userTable },
  ].flatMap(({ title, fields }) => [
    title,
    table(
      ['Field', 'Is', 'Said with', '`null` clears it', 'Shown', 'Audiences'],
      fieldsWith(fields, 'kind').map((name) => rowFor(name, rowOf(fields, name))),
    ),
  ]);
  return { documents: [await markdown('docs/fields.md', [generatedNotice, introduction, ...sections])], problems: [] };
}

function rowFor(name: string, { kind, said, clearable, shown, maxLength, filtered }: Field<unknown>): string[] {
  const what = kind.words
    ? kind.words.map(code).join(', ')
    : `${words[kind.name]}${maxLength === undefined ? '' : ` of up to ${maxLength} characters`}`;
  return [code(name), what, said ?? '', clearable ? 'yes' : '', shown ? 'yes' : '', filtered ? compared[filtered] : ''];
}
