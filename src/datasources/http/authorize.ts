/**
 * The claims of a challenge (RFC 6750 parameters, as Entra's continuous access evaluation sends them), as JSON text.
 * Null where there is none to read. Parameters stand in any order and challenges may be several.
 */
export function challengedClaims(wwwAuthenticate: string | undefined): string | null {
  const parameter = /([a-z_]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/gi;
  for (const [, name, quoted, bare] of (wwwAuthenticate ?? '').matchAll(parameter)) {
    if (name?.toLowerCase() !== 'claims') continue;
    const claims = Buffer.from(quoted ?? bare ?? '', 'base64').toString('utf8');
    if (isJsonObject(claims)) return claims;
  }
  return null;
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

/**
 * Sends with the caller's token. Refused by 401, it asks for a token once more (with the claims of the challenge)
 * and, where that is another one, repeats once.
 */
export async function withToken<A extends { status: number; headers: Record<string, string> }>(
  token: ((claims?: string) => Promise<string>) | undefined,
  send: (headers: Record<string, string>) => Promise<A>,
): Promise<A> {
  if (!token) return send({});
  const first = await token();
  const answer = await send({ authorization: `Bearer ${first}` });
  if (answer.status !== 401) return answer;
  const claims = challengedClaims(answer.headers['www-authenticate']);
  const second = await (claims === null ? token() : token(claims));
  return second === first ? answer : send({ authorization: `Bearer ${second}` });
}
