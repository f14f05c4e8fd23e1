import { isJsonObject } from './merge-overrides.ts';
import { anything, objectOf, oneOf, struct, text, texts, valueOf, type Shape } from './shape.ts';

const flag = valueOf((value) => value === 0 || value === 1, '1');
const wholeNumber = valueOf((value) => Number.isInteger(value) && (value as number) >= 0, 'a whole number from 0');
const fraction = valueOf((value) => typeof value === 'number' && value >= 0 && value <= 1, 'a number from 0 to 1');

const alertObject = objectOf({
  ...{ title: text, subtitle: text, body: text, 'launch-image': text, 'action-loc-key': text, action: text },
  ...{ 'title-loc-key': text, 'title-loc-args': texts, 'subtitle-loc-key': text, 'subtitle-loc-args': texts },
  ...{ 'loc-key': text, 'loc-args': texts, 'summary-arg': text, 'summary-arg-count': wholeNumber },
});
const soundObject = objectOf({ critical: flag, name: text, volume: fraction });

/** Apple's `aps` dictionary ("Generating a remote notification"). Names that Apple does not know do no harm there. */
const apsFields = {
  alert: textOr(alertObject),
  badge: wholeNumber,
  sound: textOr(soundObject),
  'thread-id': text,
  category: text,
  'content-available': flag,
  'mutable-content': flag,
  'target-content-id': text,
  'filter-criteria': text,
  'interruption-level': oneOf(['passive', 'active', 'time-sensitive', 'critical']),
  'relevance-score': fraction,
  'url-args': texts,
  'content-state': struct,
};

const notification = objectOf(apsFields, anything);
/** Which of several activities comes first is said by any number. */
const activity = objectOf({ ...apsFields, 'relevance-score': valueOf(Number.isFinite, 'a number') }, anything);
const apsShape: Shape = (value, path) => (isJsonObject(value) && 'event' in value ? activity : notification)(value, path);

/** What an app gets from Apple: `aps`, and anything beside it. Headers are looked at on their own. */
export const apnsPayloadShape: Shape = objectOf({ aps: apsShape }, anything);

function textOr(object: Shape): Shape {
  return (value, path) => {
    if (typeof value === 'string') return [];
    return isJsonObject(value) ? object(value, path) : [{ path, message: 'Must be a text or an object' }];
  };
}
