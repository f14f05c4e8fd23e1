import { WINDOWS_HOST, isProviderUrl } from './provider-url.ts';
import { ofText, wrong, type TokenShape } from './token-shape.ts';

export const wnsTokens: TokenShape = {
  form: ofText((token) =>
    isProviderUrl(token, isWindowsHost) ? { text: token } : wrong('must be the https URL of a channel of notify.windows.com'),
  ),
};

function isWindowsHost(host: string): boolean {
  return host === WINDOWS_HOST || host.endsWith(`.${WINDOWS_HOST}`);
}
