export { days, flag, port, whole } from './setting-values.ts';
