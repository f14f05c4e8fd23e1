import { networkText } from './words.js';

// What every part of the page uses: its elements, and the public API with the key in the footer.
export const $ = (id) => document.getElementById(id);

export const app = () => encodeURIComponent($('app').value);

/** Throws what the problem document says, or that nobody answers. */
export async function call(method, path, body, headers = {}) {
  if (path.startsWith('/v1/apps//')) throw new Error('Name an app at the foot of the page');
  const init = { method, headers: { authorization: `Bearer ${$('key').value}`, ...headers } };
  if (body !== undefined)
    Object.assign(init, { body: JSON.stringify(body), headers: { ...init.headers, 'content-type': 'application/json' } });
  const response = await fetch(path, init).catch(() => {
    throw new Error(networkText);
  });
  const answer = response.status === 204 ? null : await response.json();
  if (!response.ok)
    throw new Error([answer.detail ?? answer.title, ...(answer.errors ?? []).map((e) => `${e.pointer} ${e.message}`)].join(' · '));
  return answer;
}

export function element(tag, attributes = {}, ...children) {
  const made = Object.assign(document.createElement(tag), attributes);
  made.append(...children);
  return made;
}
