import { EventParts, eventMigrations, startHttp, type TestHttp } from '#libs/testing/http';
import { consoleApp } from '../src/console.module.ts';

let http: TestHttp;

beforeEach(async () => {
  http = await startHttp({ imports: [EventParts.embedded(), consoleApp.module({}, 'embedded')], migrations: eventMigrations });
});

afterEach(() => http.close());

/** The page and, from there on, every file that one of them names. */
async function filesFrom(path: string, known = new Map<string, string>()): Promise<ReadonlyMap<string, string>> {
  const { status, text, headers } = await http.call('GET', path);
  expect([path, status]).toEqual([path, 200]);
  expect(headers['content-security-policy']).toContain("default-src 'none'");
  known.set(path, text);
  const named = [...text.matchAll(/(?:src|href)="(\/console\/[^"]+)"|from '\.\/([^']+)'/g)].map(
    ([, whole, file]) => whole ?? `/console/${file}`,
  );
  for (const next of named) if (!known.has(next)) await filesFrom(next, known);
  return known;
}

describe('the page', () => {
  it('is served whole, every file with its policy, to whoever opens it', async () => {
    const files = await filesFrom('/');

    expect([...files.keys()]).toEqual(
      expect.arrayContaining(['/console/page.js', '/console/api.js', '/console/dead-letters.js', '/console/live.js', '/console/page.css']),
    );
  });

  it('shows a call as curl without the key, which would stay in the history of a shell and on the screen', async () => {
    const script = (await filesFrom('/')).get('/console/page.js')!;
    const shown = /\$\('curl'\)\.textContent =\s*`[^]*?`;/.exec(script)?.[0];

    expect(shown).toContain('"Authorization: Bearer $CARILLON_KEY"');
    expect(shown).not.toContain("$('key')");
  });

  it('has every element that its scripts look for', async () => {
    const files = await filesFrom('/');

    const ids = new Set([...files.get('/')!.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    const wanted = [...files.values()].flatMap((text) => [...text.matchAll(/\$\('([^']+)'\)/g)].map(([, id]) => id));
    expect(wanted.length).toBeGreaterThan(30);
    expect(wanted.filter((id) => !ids.has(id))).toEqual([]);
  });

  it('serves the web SDK that rings the reader’s own browser, its worker at the root', async () => {
    const sdk = await http.call('GET', '/console/carillon-web.js');
    const worker = await http.call('GET', '/carillon-service-worker.js');

    expect([sdk.status, worker.status]).toEqual([200, 200]);
    expect(worker.headers['content-type']).toContain('text/javascript');
    expect(worker.text).toContain('pushsubscriptionchange');
    expect((await filesFrom('/')).get('/console/own-browser.js')).toContain("import('./carillon-web.js')");
  });

  it('serves nothing else', async () => {
    expect((await http.call('GET', '/console/..%2Fsrc%2Fmain.ts')).status).toBe(404);
  });
});
