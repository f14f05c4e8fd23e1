export { provide, provideAs, provideWith } from './provide.ts';
