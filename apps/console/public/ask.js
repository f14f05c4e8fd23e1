// One question before what cannot be taken back. "Not now" has the focus: Enter in a field, pressed twice, does nothing.
import { $ } from './api.js';

/** Resolves to whether the person said yes. */
export function ask({ title, detail, yes }) {
  const dialog = $('question');
  if (dialog.open) return Promise.resolve(false);
  $('question-title').textContent = title;
  $('question-detail').textContent = detail;
  $('question-yes').textContent = yes;
  dialog.returnValue = '';
  dialog.showModal();
  $('question-no').focus();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true });
  });
}
