import { readFileSync } from 'node:fs';

const readme = readFileSync('README.md', 'utf8');
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Readonly<Record<string, string>> };
const blocks = [...readme.matchAll(/```sh\n(.*?)```/gs)].map(([, block = '']) => block);

describe('the README', () => {
  it('starts each service on a port of its own, and none without the simulators of all', () => {
    const block = blocks.find((text) => text.includes('npm run start:')) ?? '';
    const started = block.split('\n').filter((line) => /npm (run )?start/.test(line));
    const ports = started.map((line) => /^PORT=(\d+) /.exec(line)?.[1]);

    expect(started.length).toBeGreaterThan(5);
    expect(ports).not.toContain(undefined);
    expect(new Set(ports).size).toBe(started.length);
    expect(block).toContain('export SIMULATOR=external:http://127.0.0.1:8090');
    expect(block.indexOf('npm run simulator')).toBeLessThan(block.indexOf('npm run start:'));
  });

  it('names scripts that there are', () => {
    const named = blocks.flatMap((block) => [...block.matchAll(/npm run ([\w:]+)/g)].map(([, name = '']) => name));

    expect(named.length).toBeGreaterThan(6);
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  });

  it('says that calls have ids of version 7, which lie together in every index', () => {
    const ids = [...readme.matchAll(/"id": "([0-9a-f-]{36})"/g)].map(([, id = '']) => id[14]);

    expect(ids).toEqual(['7']);
  });
});
