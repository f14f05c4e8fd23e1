import type { MessageTemplate } from '../message.ts';
import { hasText } from './apns-visible.ts';
import { baiduParametersShape } from './baidu-shape.ts';
import { dataProblems } from './data-problems.ts';
import { mergeOverrides, objectIn, type JsonObject } from './merge-overrides.ts';
import type { OverrideRules } from './override-rules.ts';

const platformsOwn = [['apikey'], ['channel_id'], ['device_type'], ['timestamp'], ['expires'], ['sign']];

/** Parameters of Baidu's `push/single_device`, `msg` as an object. */
export const baiduOverrides: OverrideRules = {
  platformsOwn: [...platformsOwn, ['msg', 'custom_content', 'carillon'], ['msg', 'carillon']],
  shape: (over) => baiduParametersShape(over, ['baidu']),
  beside: ({ msg }) => dataProblems(['baidu', 'msg', 'custom_content'], objectIn(msg)['custom_content'], 'Baidu'),
  blank: leftBlankOf,
};

/** Whether Android phones show something of a `msg`. */
export function isBaiduShown(msg: JsonObject): boolean {
  return hasText(msg, ['title', 'description']);
}

function leftBlankOf(over: JsonObject, { data, link }: MessageTemplate, { title, body }: JsonObject) {
  const { msg, msg_type: type } = mergeOverrides({ msg: { title, description: body ?? title, custom_content: { ...data } } }, over);
  if (isBaiduShown(objectIn(msg)) && type !== 0) return undefined;
  const isNothing = link === undefined && Object.keys(objectIn(objectIn(msg)['custom_content'])).length === 0 && type !== 0;
  return { path: type === 0 ? ['baidu', 'msg_type'] : ['baidu', 'msg'], devices: ['phones of Baidu'], isNothing };
}
