// `npm run test:long`: what takes many rounds or minutes of outage.
import base from './jest.config.js';

export default { ...base, testRegex: String.raw`\.long\.ts$` };
