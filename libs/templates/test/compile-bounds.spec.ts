import { compileMessage } from '../src/compile-message.ts';
import type { RenderContext } from '../src/compiled-message.ts';
import { type TemplateInvalid } from '../src/template-invalid.ts';

const nobody: RenderContext = { user: {}, installation: {}, variables: {}, campaign: {}, event: {} };
const texts = (count: number, text: string) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, text]));

function problemsOf(compile: () => unknown): unknown {
  try {
    compile();
    return [];
  } catch (error) {
    return (error as TemplateInvalid).problems;
  }
}

describe('the bounds of a message template', () => {
  it.each([
    ['tags', '{{a}}'.repeat(501)],
    ['characters', `{{ a }}${'x'.repeat(16_376)}`],
  ])('end where it holds too many %s of Liquid, all texts together', (_what, text) => {
    expect(problemsOf(() => compileMessage({ data: texts(3, text) }))).toEqual([]);
    expect(problemsOf(() => compileMessage({ data: texts(5, text) }))).toEqual([
      { pointer: expect.stringMatching(/^\/data\/k[34]$/) as string, position: 1, message: expect.stringContaining('at most') as string },
    ]);
  });

  it('count a text once, however many languages share it', () => {
    const localized = texts(100, '') as unknown as Record<string, { title: string }>;
    for (const language of Object.keys(localized)) localized[language] = { title: '{{ variables.a }}' };

    expect(problemsOf(() => compileMessage({ data: texts(3, '{{a}}'.repeat(600)), localized }))).toEqual([]);
  });

  it('give all texts of a message one time to render', () => {
    const endless = '{% for a in (1..50000) %}{% for b in (1..50000) %}{% endfor %}{% endfor %}';

    expect(compileMessage({ data: texts(100, endless) }).render(nobody, null)).toMatchObject({ kind: 'template_error' });
  });

  it.each([
    ['a text that grows without end', '{% for i in (1..5000) %}{{ variables.x }}{% endfor %}'],
    ['a filter over a long list', '{{ variables.x | append: variables.x | append: variables.x | split: "" | sort_natural }}'],
  ])('end %s', (_what, title) => {
    const context = { ...nobody, variables: { x: 'x'.repeat(32_000) } };

    expect(compileMessage({ title }).render(context, null)).toMatchObject({ kind: 'template_error' });
  });
});

describe('what is nested beyond what anybody reads', () => {
  it.each(['('.repeat(8_000), `{{ ${'('.repeat(8_000)} }}`, `{% if ${'('.repeat(8_000)}1 %}{% endif %}`])(
    'is said so in words of people',
    (title) => {
      expect(JSON.stringify(problemsOf(() => compileMessage({ title })))).not.toMatch(/call stack/i);
    },
  );
});
