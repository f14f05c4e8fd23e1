import { dataProblems } from './data-problems.ts';
import { mergeOverrides, objectIn, type JsonObject } from './merge-overrides.ts';
import type { OverrideRules } from './override-rules.ts';
import { anything, objectOf, oneOf, text, textOf, texts, valueOf } from './shape.ts';

const maxSeconds = 2_678_400;

const notification = objectOf({
  ...{ title: text, body: text, icon: text, image: text, sound: text, tag: text, click_action: text, channel_id: text },
  ...{ title_loc_key: text, title_loc_args: texts, body_loc_key: text, body_loc_args: texts },
  color: textOf(/^#[0-9a-fA-F]{6}$/, 'a color as #rrggbb'),
});

const shape = objectOf({
  data: anything,
  notification,
  consolidationKey: textOf(/^[^]{1,64}$/, 'a text of 1 to 64 characters'),
  expiresAfter: valueOf(
    (value) => Number.isInteger(value) && (value as number) >= 60 && (value as number) <= maxSeconds,
    `a whole number of seconds, 60 to ${maxSeconds}`,
  ),
  priority: oneOf(['normal', 'high']),
});

/** ADM's message ("Send a Message via ADM") but for its checksum. */
export const admOverrides: OverrideRules = {
  platformsOwn: [['md5'], ['data', 'carillon']],
  shape: (over) => shape(over, ['adm']),
  beside: ({ data }) => dataProblems(['adm', 'data'], data, 'ADM'),
  blank: (over, { data, link }, shown) => {
    const merged = objectIn(mergeOverrides({ notification: shown }, over)['notification']);
    if (['title', 'body', 'title_loc_key', 'body_loc_key'].some((name) => hasText(merged, name))) return undefined;
    const isNothing = link === undefined && Object.keys(mergeOverrides(data ?? {}, objectIn(over['data']))).length === 0;
    return { path: ['adm', 'notification'], devices: ['Fire devices'], isNothing };
  },
};

function hasText(part: JsonObject, name: string): boolean {
  const value = part[name];
  return typeof value === 'string' && value.trim() !== '';
}
