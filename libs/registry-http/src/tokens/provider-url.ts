import { placeholderProblem } from '../token-placeholder.ts';

const maxUrl = 2_048;
const blank = /\s/;
const copiesOfShortTexts = 4;
/** Of WNS, and below it of Edge's push service. */
export const WINDOWS_HOST = 'notify.windows.com';

/** Whoever may choose the host chooses where we send requests to: only the providers' own hosts are allowed. */
export function isProviderUrl(text: string, isAllowed: (host: string) => boolean): boolean {
  if (text.length > maxUrl || blank.test(text)) return false;
  const url = URL.parse(text);
  if (url && !namesChannel(url)) return false;
  return url?.protocol === 'https:' && url.username === '' && url.password === '' && url.port === '' && isAllowed(url.hostname);
}

/** Behind the host stands whose channel it is: the last step of the path, or the token of the query. */
function namesChannel({ pathname, searchParams }: URL): boolean {
  const token = searchParams.get('token');
  const named = token ?? decoded(pathname.slice(pathname.lastIndexOf('/') + 1));
  return named !== undefined && placeholderProblem(named, copiesOfShortTexts) === undefined;
}

function decoded(step: string): string | undefined {
  try {
    return decodeURIComponent(step);
  } catch {
    return undefined;
  }
}
