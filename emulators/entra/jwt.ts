import { constants, type KeyObject, sign, verify } from 'node:crypto';

export type Claims = Record<string, unknown>;
export type JwtHeader = { alg?: string; kid?: string; typ?: string } & Record<string, unknown>;
export type Jwt = { header: JwtHeader; claims: Claims; signed: string; signature: Buffer };

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const decode = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));

/** A compact RS256 JWS. A claim that is undefined is left out. */
export function signJwt(claims: Claims, header: JwtHeader, key: KeyObject): string {
  const signed = `${encode({ typ: 'JWT', alg: 'RS256', ...header })}.${encode(claims)}`;
  return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), key).toString('base64url')}`;
}

/** Takes a compact JWS apart without believing it; null for what is none. */
export function readJwt(token: string): Jwt | null {
  const [header, claims, signature, ...rest] = token.split('.');
  if (!header || !claims || signature === undefined || rest.length > 0) return null;
  try {
    const parts = [decode(header), decode(claims)];
    if (!parts.every((part) => typeof part === 'object' && part !== null)) return null;
    return {
      header: parts[0] as JwtHeader,
      claims: parts[1] as Claims,
      signed: `${header}.${claims}`,
      signature: Buffer.from(signature, 'base64url'),
    };
  } catch {
    return null;
  }
}

/** Whether the key made the signature, by RS256 or PS256; any other algorithm does not hold. */
export function signatureHolds({ header, signed, signature }: Jwt, key: KeyObject): boolean {
  if (header.alg === 'RS256') return verify('RSA-SHA256', Buffer.from(signed), key, signature);
  if (header.alg !== 'PS256') return false;
  const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
  return verify('RSA-SHA256', Buffer.from(signed), { key, ...padding }, signature);
}
