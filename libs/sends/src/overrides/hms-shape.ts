import { isJsonObject } from './merge-overrides.ts';
import {
  anything,
  durationUpTo,
  flag,
  listOf,
  objectOf,
  oneOf,
  struct,
  text,
  textOf,
  texts,
  valueOf,
  wholeNumberIn,
  type Shape,
} from './shape.ts';

const maxTtlSeconds = 1_296_000;
const ttl = durationUpTo(maxTtlSeconds);

/** A tap opens a page of the app (1), a URL (2), or the app (3), and needs what says where to. */
const clickAction: Shape = (value, path) => {
  const found = objectOf({
    type: oneOf([1, 2, 3]),
    url: textOf(/^https:\/\//, 'an https URL'),
    ...{ intent: text, action: text },
  })(value, path);
  if (!isJsonObject(value) || found.length > 0) return found;
  const isThere = (name: string): boolean => value[name] !== undefined && value[name] !== null;
  const missing = (value['type'] === 1 && !isThere('intent') && !isThere('action')) || (value['type'] === 2 && !isThere('url'));
  return missing ? [{ path, message: value['type'] === 1 ? 'Type 1 needs an intent or an action' : 'Type 2 needs a url' }] : [];
};

const button = objectOf({
  name: valueOf((name) => typeof name === 'string' && name.length <= 40, 'a text of at most 40 characters'),
  action_type: wholeNumberIn(0, 4),
  intent_type: wholeNumberIn(0, 1),
  ...{ intent: text, data: text },
});
const buttons: Shape = (value, path) =>
  Array.isArray(value) && value.length > 3 ? [{ path, message: 'Must be at most 3' }] : listOf(button)(value, path);

const notification = objectOf({
  ...{ title: text, body: text, icon: text, sound: text, tag: text, channel_id: text, image: text, notify_summary: text, group: text },
  ...{ body_loc_key: text, body_loc_args: texts, title_loc_key: text, title_loc_args: texts, multi_lang_key: struct, ticker: text },
  ...{
    default_sound: flag,
    auto_cancel: flag,
    foreground_show: flag,
    use_default_vibrate: flag,
    use_default_light: flag,
    local_only: flag,
  },
  ...{ big_title: text, big_body: text, inbox_content: texts, profile_id: text, when: text, vibrate_config: texts, light_settings: struct },
  color: textOf(/^#[0-9a-fA-F]{6}$/, 'a color as #rrggbb'),
  style: wholeNumberIn(0, 3),
  notify_id: wholeNumberIn(0, 2_147_483_647),
  auto_clear: wholeNumberIn(0, 86_400_000),
  importance: oneOf(['LOW', 'NORMAL', 'HIGH', 'DEFAULT']),
  visibility: oneOf(['VISIBILITY_UNSPECIFIED', 'PRIVATE', 'PUBLIC', 'SECRET']),
  badge: objectOf({ add_num: wholeNumberIn(1, 99), set_num: wholeNumberIn(0, 99), class: text }),
  ...{ click_action: clickAction, buttons },
});

const android = objectOf({
  collapse_key: wholeNumberIn(-1, 100),
  urgency: oneOf(['HIGH', 'NORMAL']),
  category: textOf(/^[A-Z][A-Z_]{0,63}$/, 'a category of Huawei’s, such as IM or MARKETING'),
  ttl,
  target_user_type: wholeNumberIn(0, 1),
  fast_app_target: wholeNumberIn(1, 2),
  ...{ bi_tag: text, receipt_id: text, notification },
});

/** `message` of Push Kit ("Sending messages", v1). Targets are looked at on their own; `data`, an object of texts that becomes one text, is, too. */
export const hmsMessageShape: Shape = objectOf({
  ...{ token: anything, topic: anything, condition: anything, data: anything, android },
  notification: objectOf({ title: text, body: text, image: text }),
});
