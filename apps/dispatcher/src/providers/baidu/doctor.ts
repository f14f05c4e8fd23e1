import type { Doctor } from '../provider-plug.ts';

/** What Baidu's codes about an application mean (providers.md 6.3). */
export const baiduDoctor: Doctor = {
  '30603': {
    message: 'Baidu knows no such API key, or the secret key is of another application.',
    remedy: 'Copy API key and secret key of one and the same application from the console.',
  },
  '30606': {
    message: 'Baidu calls the time of the request over.',
    remedy: 'Have the clock set by NTP, then check again.',
  },
  '30612': {
    message: 'The application is forbidden, or this server is not on its list of addresses.',
    remedy: 'Look at the application’s state and its list of addresses in the console.',
  },
  '30613': {
    message: 'Push is not set up for the application.',
    remedy: 'Set up push for the application in the console.',
  },
  '30616': {
    message: 'The application has no right to push to single devices.',
    remedy: 'Ask Baidu for the right to unicast pushes.',
  },
  '30617': {
    message: 'The application has no right to push to many devices.',
    remedy: 'Ask Baidu for the right to multicast pushes.',
  },
  '30618': {
    message: 'Baidu has not approved the application yet.',
    remedy: 'Wait for the review, or see in the console what it asks for.',
  },
};
