import { apnsPayloadShape } from './apns-shape.ts';
import { isJsonObject } from './merge-overrides.ts';
import { anything, objectOf, oneOf, text, textOf, wholeNumberIn, type Shape } from './shape.ts';

const maxExpirySeconds = 604_800;

/** Of Android: what Baidu shows and does; of Apple devices: `aps`, and anything beside it. */
const android = {
  ...{ title: text, description: text, url: text, pkg_content: text, custom_content: anything },
  notification_builder_id: wholeNumberIn(0, 100),
  notification_basic_style: wholeNumberIn(0, 7),
  open_type: oneOf([0, 1, 2]),
  user_confirm: oneOf([0, 1]),
};
const msg: Shape = (value, path) => {
  const found = objectOf(android, anything)(value, path);
  return isJsonObject(value) ? [...found, ...apnsPayloadShape(value, path)] : found;
};

/** Parameters of `push/single_device`, `msg` as an object. Whom it goes to, and who signs it, is the platform's business. */
export const baiduParametersShape: Shape = objectOf({
  ...{ apikey: anything, channel_id: anything, timestamp: anything, sign: anything, expires: anything, device_type: anything },
  msg,
  msg_type: oneOf([0, 1]),
  msg_expires: wholeNumberIn(0, maxExpirySeconds),
  deploy_status: oneOf([1, 2]),
  topic_id: textOf(/^\w{1,128}$/, '1 to 128 of a-z, A-Z, 0-9 and _'),
});
