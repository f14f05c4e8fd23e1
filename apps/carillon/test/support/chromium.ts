import { existsSync } from 'node:fs';
import process from 'node:process';
import { chromium, type Browser } from 'playwright-core';

const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
/** Nothing of its own goes out: the tests' traffic stays on this machine. */
const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-domain-reliability',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
];

/** `CHROMIUM`, or one in the usual places; undefined where there is none. */
function chromiumPath(): string | undefined {
  return [process.env['CHROMIUM'] ?? '', ...places].find((path) => path !== '' && existsSync(path));
}

/** A suite that needs a real Chromium. Without one it is left out, and says so; where `CHROMIUM` names one, it has to be there. */
export function describeWithChromium(name: string, suite: (launch: () => Promise<Browser>) => void): void {
  const executablePath = chromiumPath();
  const named = process.env['CHROMIUM'];
  if (executablePath !== undefined && (named === undefined || named === executablePath)) {
    describe(name, () => {
      suite(() => chromium.launch({ executablePath, args: quiet }));
    });
  } else if (named === undefined) {
    describe.skip(name, () => {
      it('needs Chromium: install it, or say with CHROMIUM where it is', () => undefined);
    });
  } else {
    it(`${name}: needs the Chromium that CHROMIUM names`, () => {
      throw new Error(`There is no Chromium at ${named}`);
    });
  }
}
