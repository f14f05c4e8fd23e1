import type { Carillon } from './carillon.ts';

/** The site's own question, before the browser's: who says no to the browser is never asked again, who says "not now" here is. */
export interface SoftPrompt {
  /** Shown while there is something to ask; its `hidden` is ours. */
  readonly element: HTMLElement;
  /** A button within: the click is the gesture that the browser's dialog needs. */
  readonly accept: HTMLElement;
  readonly decline?: HTMLElement;
  /** Days until a person who said "not now" is asked again; 30 unless said. */
  readonly againAfterDays?: number;
  /** Called with what the person said to the browser, or with what went wrong. */
  readonly onAnswer?: (permission: NotificationPermission | 'unsupported', error?: unknown) => void;
}

/** Shows the question if it is to be asked now, and answers whether it is. */
export async function softPrompt(carillon: Carillon, prompt: SoftPrompt, now: number = Date.now()): Promise<boolean> {
  const { element, accept, decline, againAfterDays = 30, onAnswer } = prompt;
  const declinedAt = (await carillon.declinedAt()) ?? -Infinity;
  const isWanted = carillon.permission() === 'default' && now - declinedAt >= againAfterDays * 86_400_000;
  element.hidden = !isWanted;
  if (!isWanted) return false;
  accept.addEventListener('click', () => {
    carillon.requestPermission().then(
      (permission) => {
        element.hidden = permission !== 'default'; // who closed the dialog without a word may click again
        onAnswer?.(permission);
      },
      (error: unknown) => {
        onAnswer?.(carillon.permission(), error);
      },
    );
  });
  decline?.addEventListener('click', () => {
    element.hidden = true;
    void carillon.decline();
  });
  return true;
}
