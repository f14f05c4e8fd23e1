import type { MessageTemplate } from '#libs/sends';
import { compileMessage } from '../src/compile-message.ts';
import type { RenderContext } from '../src/compiled-message.ts';
import { TemplateInvalid } from '../src/template-invalid.ts';

const nobody: RenderContext = { user: {}, installation: {}, variables: {}, campaign: {}, event: {} };

function rendered(template: MessageTemplate, context: Partial<RenderContext> = {}, locale: string | null = null) {
  return compileMessage(template).render({ ...nobody, ...context }, locale);
}

describe('a message template', () => {
  it('fills in what Liquid asks for, in every string', () => {
    const template = {
      title: 'Hi {{ user.name }}',
      data: { order: '{{ variables.order }}' },
      actions: [{ id: 'go', title: '{{ variables.order }}' }],
    };

    expect(rendered(template, { user: { name: 'Kim' }, variables: { order: 'A-17' } })).toEqual({
      kind: 'rendered',
      message: { title: 'Hi Kim', data: { order: 'A-17' }, actions: [{ id: 'go', title: 'A-17' }] },
    });
  });

  it('fails on a missing value, and takes a default for it', () => {
    expect(rendered({ title: 'Hi {{ user.name }}' })).toMatchObject({
      kind: 'template_error',
      reason: expect.stringContaining('user.name') as string,
    });
    expect(rendered({ title: 'Hi {{ user.name | default: "you" }}' })).toMatchObject({ message: { title: 'Hi you' } });
    expect(rendered({ title: 'Hi{% if user.name %} {{ user.name }}{% endif %}' })).toMatchObject({ message: { title: 'Hi' } });
  });

  it.each([
    ['fr-CA', 'Bonjour'],
    ['fr_fr', 'Salut'],
    ['de', 'Hello'],
    [null, 'Hello'],
  ])('speaks to %s as %s', (locale, title) => {
    const template = { title: 'Hello', body: 'x', localized: { fr: { title: 'Bonjour' }, 'fr-FR': { title: 'Salut' } } };

    expect(rendered(template, {}, locale)).toMatchObject({ message: { title, body: 'x' } });
  });

  it('is aborted by its author with a reason', () => {
    expect(rendered({ title: '{% if user.age < 18 %}{% abort "too young" %}{% endif %}Hi' }, { user: { age: 17 } })).toEqual({
      kind: 'aborted',
      reason: 'too young',
    });
  });

  it('turns a badge into a number, or says that it cannot', () => {
    expect(rendered({ title: 'x', badge: '{{ variables.n }}' }, { variables: { n: 3 } })).toMatchObject({ message: { badge: 3 } });
    expect(rendered({ title: 'x', badge: '{{ variables.n }}' }, { variables: { n: 'three' } })).toMatchObject({ kind: 'template_error' });
  });

  it('names every place that does not parse, with positions', () => {
    const compile = () => compileMessage({ title: 'Hi {{ user.name', body: 'fine', localized: { fr: { title: 'a {% if %}' } } });

    expect(compile).toThrow(TemplateInvalid);
    try {
      compile();
    } catch (error) {
      expect((error as TemplateInvalid).problems).toEqual([
        { pointer: '/title', position: 4, message: expect.any(String) as string },
        { pointer: '/localized/fr/title', position: 8, message: expect.any(String) as string },
      ]);
    }
  });

  it('gives equal keys to those whose rendering is equal', () => {
    const message = compileMessage({ title: 'Hi {{ user.name }}', localized: { fr: { title: 'Salut {{ user.name }}' } } });
    const key = (name: string, locale: string, age = 1) => message.renderingKey({ ...nobody, user: { name, age } }, locale);

    expect(message.roots).toEqual(new Set(['user']));
    expect(key('Kim', 'en', 1)).toBe(key('Kim', 'de', 2));
    expect(key('Kim', 'en')).not.toBe(key('Lee', 'en'));
    expect(key('Kim', 'en')).not.toBe(key('Kim', 'fr'));
  });

  it.each(['{% include "x" %}', '{% render "x" %}', '{% layout "x" %}'])('knows no way to other files: %s', (title) => {
    expect(() => compileMessage({ title })).toThrow(TemplateInvalid);
  });

  it('ends a template that would run for ever', () => {
    expect(rendered({ title: '{% for a in (1..100000000) %}{% for b in (1..100000000) %}x{% endfor %}{% endfor %}' })).toMatchObject({
      kind: 'template_error',
    });
  });

  it('reads nothing that the records inherit', () => {
    expect(rendered({ title: '{{ user.constructor.name | default: "-" }}' })).toMatchObject({ message: { title: '-' } });
  });
});
