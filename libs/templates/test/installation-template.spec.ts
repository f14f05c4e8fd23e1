import { TemplateTooLong, compileInstallationTemplate } from '../src/installation-template.ts';
import { TemplateInvalid } from '../src/template-invalid.ts';

function problemsOf(body: string, headers?: Record<string, string>) {
  try {
    compileInstallationTemplate({ body, ...(headers && { headers }) });
    return [];
  } catch (error) {
    if (!(error instanceof TemplateInvalid)) throw error;
    return error.problems.map(({ pointer, message, position }) => `${pointer} ${position} ${message}`);
  }
}

const values = new Map([
  ['title', 'é "x"'],
  ['n', '40'],
]);

describe('The template of an installation', () => {
  it('fills texts at any depth, and neither names nor what is no text', () => {
    const body = '{"aps":{"alert":{"title":"$(title)"},"badge":"#(n)","thread-id":"t"},"$(title)":["{\'n is \' + $(n)}",1,null,true]}';

    expect(compileInstallationTemplate({ body }).fill(values)).toEqual({
      aps: { alert: { title: 'é "x"' }, badge: 40, 'thread-id': 't' },
      '$(title)': ['n is 40', 1, null, true],
    });
  });

  it('has headers beside its body', () => {
    const headers = { 'apns-priority': '10', 'apns-collapse-id': '$(title:{none})' };

    expect(compileInstallationTemplate({ body: '{"aps":{}}', headers }).fill(new Map())).toEqual({
      aps: {},
      headers: { 'apns-priority': '10', 'apns-collapse-id': 'none' },
    });
  });

  it('names everything that is wrong, with its place', () => {
    expect(problemsOf('{"aps":{"alert":"$(a b)","sound":".(a)"}}', { 'apns-priority': '$(p' })).toEqual([
      '/body 3 /aps/alert: A property is named by 1 to 120 letters, digits and _',
      '/body 4 /aps/sound: .(…) needs a length',
      '/headers/apns-priority 4 Expected )',
    ]);
    expect(problemsOf('{"a":')).toEqual([expect.stringMatching(/^\/body \d+ Must be JSON$/)]);
    expect(problemsOf('["$(a)"]')).toEqual(['/body 1 Must be a JSON object']);
    expect(problemsOf('{"headers":{}}')).toEqual(['/body 1 Headers stand beside the body, not in it']);
    expect(problemsOf(`${'{"a":'.repeat(20)}1${'}'.repeat(20)}`)).toEqual(['/body 1 Is nested deeper than 16']);
  });

  it('ends where it would come to more than any message may be', () => {
    const body = JSON.stringify({ all: Array.from({ length: 100 }, () => '$(text)') });

    expect(() => compileInstallationTemplate({ body }).fill(new Map([['text', 'x'.repeat(10_000)]]))).toThrow(TemplateTooLong);
  });

  it('keeps a member called __proto__ a member', () => {
    const filled = compileInstallationTemplate({ body: '{"__proto__":{"polluted":"$(title)"}}' }).fill(values);

    expect(JSON.stringify(filled)).toBe('{"__proto__":{"polluted":"é \\"x\\""}}');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
