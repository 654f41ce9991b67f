import type { IncomingHttpHeaders } from 'node:http';
import { refusal } from './errors.ts';

/** The form of an answer's body. */
export type Media = { type: string; single: boolean; stripNulls: boolean };

const json = 'application/json; charset=utf-8';
const forms: Record<string, Pick<Media, 'type' | 'single'>> = {
  '*/*': { type: json, single: false },
  'application/*': { type: json, single: false },
  'application/json': { type: json, single: false },
  'application/vnd.pgrst.array': { type: 'application/vnd.pgrst.array+json; charset=utf-8', single: false },
  'application/vnd.pgrst.array+json': {
    type: 'application/vnd.pgrst.array+json; charset=utf-8',
    single: false,
  },
  'application/vnd.pgrst.object': { type: 'application/vnd.pgrst.object+json; charset=utf-8', single: true },
  'application/vnd.pgrst.object+json': {
    type: 'application/vnd.pgrst.object+json; charset=utf-8',
    single: true,
  },
};

/** The first form that the client takes and the emulator has. Throws PGRST107. */
export function mediaOf({ accept = '*/*' }: IncomingHttpHeaders): Media {
  for (const range of accept.split(',')) {
    const [name = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const form = forms[name];
    if (form) return { ...form, stripNulls: parameters.includes('nulls=stripped') };
  }
  throw refusal(406, { code: 'PGRST107', message: `None of these media types are available: ${accept}` });
}
