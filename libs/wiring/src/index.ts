export { provide, provideAs } from './provide.ts';
