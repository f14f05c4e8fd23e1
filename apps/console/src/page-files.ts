import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface PageFile {
  readonly type: string;
  readonly content: string;
}

const types = {
  'index.html': 'text/html; charset=utf-8',
  'api.js': 'text/javascript; charset=utf-8',
  'ask.js': 'text/javascript; charset=utf-8',
  'dead-letters.js': 'text/javascript; charset=utf-8',
  'live.js': 'text/javascript; charset=utf-8',
  'own-browser.js': 'text/javascript; charset=utf-8',
  'outcome-words.js': 'text/javascript; charset=utf-8',
  'words.js': 'text/javascript; charset=utf-8',
  'page.js': 'text/javascript; charset=utf-8',
  'page.css': 'text/css; charset=utf-8',
  'icon.svg': 'image/svg+xml',
};
type FileName = keyof typeof types;
/** Of `@carillon/web`, by the names under which the page knows them. */
const sdkFiles = { 'carillon-web.js': 'index.js', 'carillon-service-worker.js': 'service-worker.js' };

/** The page's files, read once. */
export class PageFiles {
  private constructor(private readonly files: ReadonlyMap<string, PageFile>) {}

  static read(): PageFiles {
    const folder = publicFolder(import.meta.dirname);
    const names = Object.keys(types) as FileName[];
    const own = names.map((name) => [name, { type: types[name], content: readFileSync(join(folder, name), 'utf8') }] as const);
    return new PageFiles(new Map([...own, ...sdk(join(folder, '../../../libs/web/dist'))]));
  }

  find(name: string): PageFile | undefined {
    return this.files.get(name);
  }
}

/** The web SDK, where the client libraries were built; a page without it rings no browser, and says so. */
function sdk(folder: string): readonly (readonly [string, PageFile])[] {
  if (!existsSync(folder)) return [];
  const type = 'text/javascript; charset=utf-8';
  return Object.entries(sdkFiles).map(([name, file]) => [name, { type, content: readFileSync(join(folder, file), 'utf8') }]);
}

/** `apps/console/public`, found upwards from this file, wherever it was compiled to. */
function publicFolder(from: string): string {
  const candidate = join(from, 'apps', 'console', 'public');
  if (existsSync(candidate)) return candidate;
  const parent = dirname(from);
  if (parent === from) throw new Error('The files of the page are missing: apps/console/public');
  return publicFolder(parent);
}
