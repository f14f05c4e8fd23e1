import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { IMPORT_FORMATS } from '../../src/imports/import-formats.ts';
import { RunImports } from '../../src/imports/run-imports.ts';
import { RegistrationHttp, type Json } from '../registration-http.ts';

const page = readFileSync(resolve(import.meta.dirname, '../../../../docs/moving.md'), 'utf8');
const files = {
  azure: 'azure.jsonl', appcenter: 'appcenter.jsonl', braze: 'braze.jsonl', onesignal: 'onesignal.csv', pinpoint: 'pinpoint.jsonl', unifiedpush: 'unifiedpush.json',
} as const; // prettier-ignore

/** The commands of the page, line by line. */
const commands = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = '']) => block.trim().split('\n'));

interface Command {
  readonly method: string;
  readonly path: string;
  readonly type: string | undefined;
  readonly body: string | undefined;
  readonly keepsId: boolean;
}

function read(command: string): Command {
  return {
    method: /-X (\w+)/.exec(command)?.[1] ?? 'GET',
    path: /\$URL\/(\S+)/.exec(command)?.[1] ?? '',
    type: /content-type: ([^']+)'/.exec(command)?.[1],
    body: /(?:-d '([^']+)'|--data-binary (@FILE))/.exec(command)?.slice(1).find(Boolean),
    keepsId: command.startsWith('ID=$('),
  };
}

describe('the page "Move from Azure, Braze, OneSignal and others"', () => {
  let http: RegistrationHttp;

  beforeEach(async () => {
    http = await RegistrationHttp.start();
  });

  afterEach(() => http.close());

  it.each(Object.entries(files))('can be followed to the letter for %s', async (format, file) => {
    const bytes = readFileSync(join(import.meta.dirname, 'fixtures', file));
    const answers: Json[] = [];
    let id = '';
    for (const { method, path, type, body, keepsId } of commands.map(read)) {
      const answer = await http.call(method, path.replace('$ID', id), {
        ...(type !== undefined && { headers: { 'content-type': type } }),
        ...(body !== undefined && { body: body === '@FILE' ? bytes : body.replace('FORMAT', format) }),
      });
      expect(answer.status).toBeLessThan(300);
      if (keepsId) id = String(answer.body['id']);
      if (path.endsWith('/start')) await http.http.app.get(RunImports).execute();
      if (path === 'imports/$ID') answers.push(answer.body);
    }

    const [tried, done] = answers;
    expect(tried).toMatchObject({ state: 'done', dryRun: true });
    expect(done).toMatchObject({ state: 'done', dryRun: false, created: tried?.['created'], rejected: tried?.['rejected'] });
    expect(Number(done?.['created'])).toBeGreaterThan(0);
  });

  it('names every format', () => {
    for (const format of Object.keys(IMPORT_FORMATS)) expect(page).toContain(`\`${format}\``);
  });
});
