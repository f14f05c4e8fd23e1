import fc from 'fast-check';
import { compileMessage } from '../src/compile-message.ts';
import type { RenderContext } from '../src/compiled-message.ts';
import { HOLES } from '../src/quick-message.ts';
import type { MessageTemplate, RenderedMessage } from '#libs/sends';

const nobody: RenderContext = { user: {}, installation: {}, variables: {}, campaign: {}, event: {} };

/** What a recipient gets by the quick way. Undefined: it has none. */
function filledIn(template: MessageTemplate, context: RenderContext): RenderedMessage | undefined {
  const quick = compileMessage(template).quick(null);
  const texts = quick?.texts(context);
  if (!quick || !texts) return undefined;
  const filled = Object.entries(quick.message).map(([name, value]) => [name, texts[HOLES.indexOf(value as string)] ?? (value as unknown)]);
  return Object.fromEntries(filled) as RenderedMessage;
}

const scalar = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.constantFrom('', ' ', '0', '<b>"Kim" & \'co\'</b>', '\u2028', 'ß', 'İ', '\ud800', 'x'.repeat(1_100)),
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
);
const value: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 20, arbitrary: scalar },
  fc.array(scalar, { maxLength: 3 }),
  fc.dictionary(fc.string(), scalar),
);
const names = ['a', 'b', 'size', 'first', 'toString', 'constructor'] as const;
const members = Object.fromEntries(names.map((name) => [name, value])) as Record<(typeof names)[number], typeof value>;
const record = fc.record(members, { requiredKeys: ['a', 'b'] });
const attributes = fc.oneof({ weight: 6, arbitrary: record }, value);
const nested = fc.tuple(record, attributes).map(([own, deeper]) => ({ ...own, attributes: deeper }));
const path = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('user.a', 'user.b', 'user.attributes.a', "user.attributes['b']", 'installation.a') },
  fc.constantFrom(...names).map((name) => `user.attributes.${name}`),
  fc.constantFrom(...names).map((name) => `user.attributes["${name}"]`),
  fc.constantFrom(...names).map((name) => `installation.${name}`),
  fc.constantFrom('user', 'other.a', '"text"', '7', 'user.attributes[installation.a]', 'variables.a.b', 'nil', 'empty'),
);
const literal = fc.constantFrom('"x"', "'ä <&'", '""', '7', '1.5', 'user.a', 'true', 'nil', '"z", allow_false: true');
const filter = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('upcase', 'default: "friend"', 'escape', 'append: "!"', 'prepend: "<"', 'truncate: 3') },
  fc.constantFrom('upcase', 'downcase', 'capitalize', 'escape', 'strip', 'lstrip', 'rstrip', 'truncate', 'truncate: 5', 'truncate: 5, ""', 'size', 'append', 'date: "%d"'),
  fc.tuple(fc.constantFrom('default', 'append', 'prepend', 'truncate', 'strip', 'replace', 'plus', 'split'), literal).map(([name, argument]) => `${name}: ${argument}`),
); // prettier-ignore
const output = fc
  .tuple(fc.constantFrom('{{', '{{-'), path, fc.array(filter, { maxLength: 3 }), fc.constantFrom('}}', '-}}'))
  .map(([open, read, filters, close]) => `${open} ${[read, ...filters].join(' | ')} ${close}`);
const piece = fc.oneof(
  { weight: 12, arbitrary: output },
  { weight: 6, arbitrary: fc.constantFrom('Hello ', ' ', '\n', '\\ " ', '🔔') },
  fc.constantFrom('{% if user.a %}yes{% endif %}', '{% assign user = 1 %}', '{{ "a" }}', '🔔'),
);
const text = fc.array(piece, { minLength: 1, maxLength: 4 }).map((pieces) => pieces.join(''));

describe('a message that only fills scalars in', () => {
  it('says what the engine says, or leaves it to the engine', () => {
    let quick = 0;
    fc.assert(
      fc.property(text, nested, nested, (title, user, installation) => {
        const context = { ...nobody, user, installation };
        const template = { title, sound: 'bell' };
        const filled = filledIn(template, context);
        if (!filled) return;
        quick += 1;
        expect({ kind: 'rendered', message: filled }).toEqual(compileMessage(template).render(context, null));
      }),
      { numRuns: 5_000, seed: 20_261_130 },
    );
    expect(quick).toBeGreaterThan(500);
  });

  it.each([
    ['{{ user.name }}', 'Kim'],
    ['{{ user.name | upcase | append: "!" }}', 'KIM!'],
    ['{{ user.missing | default: "friend" }}', 'friend'],
    ['{{ user.nothing | default: "friend" }}', 'friend'],
    ['{{ user["name"] | truncate: 2, "" }}', 'Ki'],
    ['  {{- user.n -}}  points', '4points'],
    ['{{ user.is }}', 'false'],
  ])('goes without the engine: %s', (title, said) => {
    const user = { name: 'Kim', n: 4, is: false, nothing: null };

    expect(filledIn({ title }, { ...nobody, user })).toEqual({ title: said });
  });

  it.each([
    ['a tag', '{% if user.name %}x{% endif %}'],
    ['a value that is not there', '{{ user.missing }}'],
    ['a list', '{{ user.list }}'],
    ['a filter that is not known to be plain', '{{ user.name | replace: "K", "T" }}'],
    ['a long value', '{{ user.long }}'],
    ['a text that comes out empty', '{{ user.empty }}'],
  ])('leaves %s to the engine', (_, title) => {
    const user = { name: 'Kim', list: ['a'], long: 'x'.repeat(2_000), empty: '' };

    expect(filledIn({ title }, { ...nobody, user })).toBeUndefined();
  });

  it('leaves to the engine what has Liquid elsewhere, or much of it', () => {
    const name = '{{ user.name }}';
    const user = { name: 'Kim' };

    expect(filledIn({ title: name, link: `https://x.org/${name}` }, { ...nobody, user })).toBeUndefined();
    expect(filledIn({ title: name, badge: '3' }, { ...nobody, user })).toBeUndefined();
    expect(filledIn({ title: name.repeat(17) }, { ...nobody, user })).toBeUndefined();
  });

  it('names the fields that its texts need, and no others', () => {
    const message = compileMessage({
      title: 'Hi {{ user.attributes.name | default: installation.model }}',
      localized: { fr: { title: '{% for tag in installation.tags %}{{ tag }}{% endfor %}' } },
    });

    expect(message.fields('user')).toEqual(new Set(['attributes']));
    expect(message.fields('installation')).toEqual(new Set(['model', 'tags']));
    expect(message.fields('campaign')).toEqual(new Set());
    expect(compileMessage({ title: '{{ user | json }}' }).fields('user')).toBe('all');
    expect(compileMessage({ title: '{{ user[variables.field] }}' }).fields('user')).toBe('all');
  });
});
