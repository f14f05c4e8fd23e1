import { spawnSync } from 'node:child_process';
import { parseAllDocuments } from 'yaml';
import { compareTitles, type Manifest } from './manifest.ts';
import { render } from './render.ts';
import { environments } from '../support/environments.ts';

const hasKubectl = spawnSync('kubectl', ['version', '--client']).status === 0;

// What is checked without kubectl is what `render` makes; where kubectl is, it says whether that is the same.
(hasKubectl ? describe : describe.skip)('what these tests render', () => {
  it.each(environments)('is what kubectl makes of %s', (folder) => {
    const { stdout, stderr, status } = spawnSync('kubectl', ['kustomize', folder], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
    const rendered = parseAllDocuments(stdout).map((document) => document.toJS() as Manifest);

    expect([...render(folder)].sort(compareTitles)).toEqual(rendered.sort(compareTitles));
  });
});
