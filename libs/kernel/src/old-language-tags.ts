/**
 * Tags of before RFC 4646, and of extended languages, that `Intl` takes for none, with what stands for them today, by CLDR's languageAlias; in lower case.
 * Copied, since this library has nothing from outside: a test compares it with the package.
 */
export const oldLanguageTags: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'en-gb-oed': 'en-GB-oxendict',
    'i-ami': 'ami',
    'i-bnn': 'bnn',
    'i-default': 'en-x-i-default',
    'i-enochian': 'und-x-i-enochian',
    'i-hak': 'hak',
    'i-klingon': 'tlh',
    'i-lux': 'lb',
    'i-mingo': 'see-x-i-mingo',
    'i-navajo': 'nv',
    'i-pwn': 'pwn',
    'i-tao': 'tao',
    'i-tay': 'tay',
    'i-tsu': 'tsu',
    'no-bok': 'nb',
    'no-nyn': 'nn',
    'sgn-be-fr': 'sfb',
    'sgn-be-nl': 'vgt',
    'sgn-ch-de': 'sgg',
    'zh-cmn': 'zh',
    'zh-cmn-hans': 'zh-Hans',
    'zh-cmn-hant': 'zh-Hant',
    'zh-gan': 'gan',
    'zh-min': 'nan-x-zh-min',
    'zh-min-nan': 'nan',
    'zh-wuu': 'wuu',
    'zh-yue': 'yue',
  }),
);
