import { Carillon } from '../src/carillon.ts';
import { softPrompt } from '../src/soft-prompt.ts';
import { aBrowser, settings } from './a-browser.ts';

const day = 86_400_000;

class Element extends EventTarget {
  hidden = true;
  click(): void {
    this.dispatchEvent(new Event('click'));
  }
}

function aPrompt() {
  const [element, accept, decline] = [new Element(), new Element(), new Element()];
  const answer = Promise.withResolvers<string>();
  const shown = { element, accept, decline } as unknown as { element: HTMLElement; accept: HTMLElement; decline: HTMLElement };
  return { element, accept, decline, answer: answer.promise, prompt: { ...shown, onAnswer: answer.resolve } };
}

describe('the site’s own question', () => {
  it('is shown to who was not asked yet; a yes leads to the browser’s dialog and to a registration', async () => {
    const { browser, asked } = aBrowser();
    const { element, accept, answer, prompt } = aPrompt();

    expect(await softPrompt(new Carillon(settings, browser), prompt)).toBe(true);
    expect([element.hidden, browser.permission(), asked]).toEqual([false, 'default', []]);
    accept.click();

    expect(await answer).toBe('granted');
    expect(element.hidden).toBe(true);
    expect(asked.at(-1)?.path).toBe('/installations/browser-1');
  });

  it('is put again a month after "not now", which the browser never heard', async () => {
    const { browser } = aBrowser();
    const { element, decline, prompt } = aPrompt();
    const carillon = new Carillon(settings, browser);
    await softPrompt(carillon, prompt, browser.now());

    decline.click();
    await carillon.register(); // after what the click began

    expect([element.hidden, browser.permission()]).toEqual([true, 'default']);
    expect(await softPrompt(carillon, aPrompt().prompt, browser.now() + 29 * day)).toBe(false);
    expect(await softPrompt(carillon, aPrompt().prompt, browser.now() + 30 * day)).toBe(true);
  });

  it.each(['granted', 'denied', 'unsupported'] as const)('is not shown where the browser’s word is %s', async (permission) => {
    const { element, prompt } = aPrompt();

    expect(await softPrompt(new Carillon(settings, aBrowser({ permission: () => permission }).browser), prompt)).toBe(false);

    expect(element.hidden).toBe(true);
  });
});
