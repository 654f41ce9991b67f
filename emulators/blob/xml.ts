import { type Reply, ReplyError } from '../kit/server.ts';

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const names = new Map(Object.entries(entities).map(([name, character]) => [character, name]));

/** By name: the official client for JavaScript reads no entity given by its number. */
export const escapeXml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&${names.get(character)};`);

export const unescapeXml = (text: string): string =>
  text.replace(/&(#x?[0-9a-f]+|\w+);/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return entities[name] ?? whole;
    return String.fromCodePoint(Number(name.startsWith('#x') ? `0${name.slice(1)}` : name.slice(1)));
  });

export const xmlHeaders = { 'content-type': 'application/xml' };

/** The body of a storage error; its code stands in `x-ms-error-code` too, as clients read it there. */
export function storageError(status: number, code: string, message: string, detail?: string): Reply {
  const extra = detail ? `<AuthenticationErrorDetail>${escapeXml(detail)}</AuthenticationErrorDetail>` : '';
  return {
    status,
    headers: { ...xmlHeaders, 'x-ms-error-code': code },
    body: `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${escapeXml(message)}</Message>${extra}</Error>`,
  };
}

export const refuse = (status: number, code: string, message: string, detail?: string): ReplyError =>
  new ReplyError(storageError(status, code, message, detail));
