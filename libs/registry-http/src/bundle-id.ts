import { textField } from './fields.ts';

const maxBundleId = 255;

export const bundleIdField = textField(maxBundleId).meta({
  description: 'The bundle id of the app, as APNs knows it, or its package name; no topic of another push type, such as `….voip`.',
});
