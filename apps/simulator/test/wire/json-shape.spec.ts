import fc from 'fast-check';
import { JsonShape } from '../../src/wire/json-shape.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom('', 'a"b', 'c\\d', 'e\nf', 'ä👋', '{"a":"b"}', '\u0001'),
);
const leaf = fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null));
const document = fc.record({
  aps: fc.record({ alert: fc.oneof(text, fc.record({ title: text, body: text })), badge: fc.integer() }),
  carillon: fc.record({ send: text, receipt: text }),
  more: fc.dictionary(fc.constantFrom('x', 'y"', 'z'), leaf, { maxKeys: 3 }),
});
const blanks = fc.constantFrom(undefined, 1, '\t');

/** The document with every text replaced by what `become` makes of it. */
function withTexts(value: unknown, become: (text: string, name: string) => string, name = ''): unknown {
  if (typeof value === 'string') return become(value, name);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((one) => withTexts(one, become, name));
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withTexts(one, become, key)]));
}

describe('JsonShape', () => {
  it('matches what differs in its free texts only', () => {
    fc.assert(
      fc.property(document, document, blanks, (one, other, indent) => {
        const shape = new JsonShape(Buffer.from(JSON.stringify(one, null, indent)), (name) => name !== 'send');
        const bytes = Buffer.from(JSON.stringify(other, null, indent));
        if (!shape.matches(bytes)) return;
        const [mine, theirs] = [one, other].map((value) => withTexts(value, (content, name) => (name === 'send' ? content : '')));
        expect(mine).toEqual(theirs);
      }),
      { numRuns: 500 },
    );
  });

  it('never matches what is no JSON, and never changes what a document is', () => {
    const source = '{"aps":{"alert":{"title":"Hi","body":"Bells"},"badge":1},"carillon":{"send":"s","receipt":"r"}}';
    const shape = new JsonShape(Buffer.from(source), () => true);
    const at = fc.nat(source.length - 1);
    fc.assert(
      fc.property(
        fc.array(fc.record({ at, put: fc.constantFrom('"', '\\', ',', '}', '\n', 'u', '1', '') }), { minLength: 1, maxLength: 4 }),
        (changes) => {
          let changed = source;
          for (const change of changes) changed = changed.slice(0, change.at) + change.put + changed.slice(change.at + 1);
          if (!shape.matches(Buffer.from(changed))) return;
          expect(withTexts(JSON.parse(changed), () => '')).toEqual(withTexts(JSON.parse(source), () => ''));
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it('gives the texts of what matched, by name and value of the first', () => {
    const of = (title: string, receipt: string) => Buffer.from(JSON.stringify({ title, carillon: { send: 'same', receipt } }));
    const shape = new JsonShape(of('Hi', 'one'), () => true);
    const number = shape.numberOf('receipt', 'one');

    expect(shape.matches(of('Grüße "an" alle', 'another'))).toBe(true);
    expect(shape.text(number)).toBe('another');
    expect(shape.text(shape.numberOf('send', 'same'))).toBe('same');
    expect([shape.numberOf('receipt', 'other'), shape.numberOf('title', 'one'), shape.numberOf('carillon', 'send')]).toEqual([-1, -1, -1]);
  });

  it('takes no element of a list for a member', () => {
    const shape = new JsonShape(Buffer.from('{"a":["send","x"],"b":["send"],"c":"x"}'), () => true);

    expect(shape.numberOf('send', 'x')).toBe(-1);
  });

  it('cannot name a text that is there twice', () => {
    const shape = new JsonShape(Buffer.from('{"a":{"send":"x"},"carillon":{"send":"x"}}'), () => true);

    expect(shape.numberOf('send', 'x')).toBe(-1);
  });

  it('takes no other text where none is free, and no escape by number', () => {
    const shape = new JsonShape(Buffer.from('{"event":"start","title":"a"}'), (name) => name === 'title');

    expect(shape.matches(Buffer.from('{"event":"start","title":"b"}'))).toBe(true);
    expect(shape.matches(Buffer.from('{"event":"end","title":"a"}'))).toBe(false);
    expect(shape.matches(Buffer.from('{"event":"start","title":"\\u0041"}'))).toBe(false);
    expect(shape.matches(Buffer.from('{"event":"start","title":"a"} '))).toBe(false);
    expect(new JsonShape(Buffer.from('{"title":"\\u0041"}'), () => true).matches(Buffer.from('{"title":"\\u0041"}'))).toBe(false);
  });
});
