import type { EmulatorRequest } from '../kit/server.ts';
import { type Account, hmac, sameText } from './sas.ts';

/** Standard headers that are signed, in their order. */
const signedHeaders = [
  'content-encoding',
  'content-language',
  'content-length',
  'content-md5',
  'content-type',
  'date',
  'if-modified-since',
  'if-match',
  'if-none-match',
  'if-unmodified-since',
  'range',
];

/** Whether `Authorization: SharedKey account:signature` holds ("Authorize with Shared Key", storage documentation). */
export function sharedKeyHolds(request: EmulatorRequest, account: Account): boolean {
  const [name, signature] = (request.headers.authorization ?? '').replace(/^SharedKey /, '').split(':');
  if (name !== account.name || !signature) return false;
  return sameText(hmac(account.key, stringToSign(request, account)), signature);
}

function stringToSign(request: EmulatorRequest, account: Account): string {
  const { headers, url } = request;
  const value = (name: string): string => {
    const text = String(headers[name] ?? '');
    if (name === 'content-length' && text === '0') return '';
    return name === 'date' && headers['x-ms-date'] ? '' : text;
  };
  const vendor = Object.keys(headers)
    .filter((name) => name.startsWith('x-ms-'))
    .sort()
    .map((name) => `${name}:${String(headers[name]).trim()}\n`);
  const parameters = [...new Set([...url.searchParams.keys()].map((name) => name.toLowerCase()))]
    .sort()
    .map((name) => `\n${name}:${url.searchParams.getAll(name).sort().join(',')}`);
  const resource = `/${account.name}${url.pathname}${parameters.join('')}`;
  return [request.method, ...signedHeaders.map(value), vendor.join('') + resource].join('\n');
}
