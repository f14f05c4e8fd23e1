import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const most = 6_000;

describe('the web SDK', () => {
  it(`weighs less than ${most} bytes on the wire, worker and all, and takes nothing from anywhere else`, () => {
    const files = ['index.js', 'service-worker.js'].map((name) => readFileSync(join(import.meta.dirname, '../dist', name)));

    const sizes = files.map((file) => gzipSync(file, { level: 9 }).length);

    console.log(`@carillon/web: ${sizes.join(' + ')} bytes gzipped`);
    expect(sizes[0]! + sizes[1]!).toBeLessThan(most);
    for (const file of files) expect(file.toString()).not.toMatch(/\bimport\s*[("'{*]|\brequire\(|\bimportScripts\b/);
  });
});
