import type { KnownApnsKey } from '../accounts/accounts.ts';
import type { ApnsReason } from './answers.ts';

/** What each push type adds to the bundle id to make the topic. */
const suffixes: Readonly<Record<string, string>> = {
  alert: '',
  background: '',
  voip: '.voip',
  complication: '.complication',
  fileprovider: '.pushkit.fileprovider',
  location: '.location-query',
  pushtotalk: '.voip-ptt',
  liveactivity: '.push-type.liveactivity',
  widgets: '.push-type.widgets',
  controls: '.push-type.controls',
};

const reserved = Object.values(suffixes).filter((suffix) => suffix !== '');
const longestTopic = 255;

/**
 * Whether the key may push to this topic with this push type: a topic that ends as another type's do is not for this one. Without a type, as old senders push,
 * the topic says what it is. `mdm` needs a certificate, which the simulator does not offer.
 */
export function topicProblem(topic: string | undefined, pushType: string | undefined, key: KnownApnsKey): ApnsReason | undefined {
  if (!topic) return 'MissingTopic';
  if (topic.length > longestTopic || !/^[A-Za-z0-9][A-Za-z0-9.-]*$/.test(topic)) return 'BadTopic';
  if (pushType === 'mdm') return 'TopicDisallowed';
  const suffix = pushType === undefined ? '' : suffixes[pushType];
  if (suffix === undefined) return 'InvalidPushType';
  if (!topic.endsWith(suffix)) return 'TopicDisallowed';
  if (pushType !== undefined && reservedSuffixOf(topic) !== suffix) return 'TopicDisallowed';
  const bundleId = topic.slice(0, topic.length - reservedSuffixOf(topic).length);
  return key.bundleIds && !key.bundleIds.includes(bundleId) ? 'TopicDisallowed' : undefined;
}

/** What the topic adds to a bundle id; empty for what is one. */
function reservedSuffixOf(topic: string): string {
  return reserved.find((suffix) => topic.endsWith(suffix)) ?? '';
}
