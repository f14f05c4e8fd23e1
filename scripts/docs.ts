import 'reflect-metadata';
import { version } from '#libs/service';
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { asyncApiPage } from './docs/asyncapi-page.ts';
import { dashboardsPage } from './docs/dashboards-page.ts';
import { clientTypesPage } from './docs/client-types-page.ts';
import type { Document } from './docs/document.ts';
import { errorsPage } from './docs/errors-page.ts';
import { eventsPage } from './docs/events-page.ts';
import { fieldsPage } from './docs/fields-page.ts';
import { wordsWithoutMeaning } from './docs/glossary-words.ts';
import { missingFiles, readmeProblems } from './docs/named-files.ts';
import { pageWords } from './docs/page-words.ts';
import { prometheusRulePage } from './docs/prometheus-rule-page.ts';
import { brokenReferences } from './docs/references.ts';
import { rulesPage } from './docs/rules-page.ts';
import { settingsPage } from './docs/settings-page.ts';
import { allSources } from './docs/sources.ts';

// Writes what docs/ says about events, settings, errors and rules from the code, the dashboards of Grafana, and the alerts once more
// for Kubernetes; `--check` only compares, and fails with the differences.
const sources = allSources();
const pages = [
  await eventsPage(sources),
  asyncApiPage(version),
  await settingsPage(),
  await fieldsPage(),
  await errorsPage(sources),
  await rulesPage(sources),
  await prometheusRulePage(),
  await pageWords(),
  await dashboardsPage(),
  await clientTypesPage(),
];
const documents = pages.flatMap((page) => page.documents);
const leftOver = globSync('docs/schemas/*.json').filter((path) => !documents.some((document) => document.path === path));
const problems = [
  ...pages.flatMap((page) => page.problems),
  ...brokenReferences(sources),
  ...missingFiles(sources),
  ...readmeProblems(),
  ...wordsWithoutMeaning(sources),
];

if (process.argv.includes('--check')) {
  problems.push(
    ...documents.filter(isOutdated).map(({ path }) => `${path} is out of date`),
    ...leftOver.map((path) => `${path} belongs to no event`),
  );
} else {
  for (const document of documents.filter(isOutdated)) write(document);
  for (const path of leftOver) rmSync(path);
}
for (const problem of problems) console.error(problem);
if (problems.length > 0) {
  console.error('\nThe documents do not tell what the code does. `npm run docs` writes what can be written; mend the rest by hand.');
  process.exitCode = 1;
}

function isOutdated({ path, text }: Document): boolean {
  try {
    return readFileSync(path, 'utf8') !== text;
  } catch {
    return true;
  }
}

function write({ path, text }: Document): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  console.log(`wrote ${path}`);
}
