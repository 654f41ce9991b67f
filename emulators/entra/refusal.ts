import type { Fault } from './tokens.ts';

/** Why a resource refuses a token, as Azure Resource Manager words it: status 401. */
export class TokenRefused extends Error {
  readonly status = 401;
  /** `InvalidAuthenticationToken`, `ExpiredAuthenticationToken` or `InvalidAuthenticationTokenAudience`. */
  readonly code: string;
  /** Value of the answer's WWW-Authenticate header. */
  readonly wwwAuthenticate: string;

  constructor(code: string, message: string, wwwAuthenticate: string) {
    super(message);
    this.code = code;
    this.wwwAuthenticate = wwwAuthenticate;
  }
}

const invalid: [code: string, message: string] = [
  'InvalidAuthenticationToken',
  'The access token is invalid.',
];
const words: Partial<Record<Fault, [code: string, message: string]>> = {
  audience: ['InvalidAuthenticationTokenAudience', 'The access token has been obtained for wrong audience.'],
  expired: ['ExpiredAuthenticationToken', 'The access token expiry time is in the past.'],
};

/** With a challenge (JSON) the header is that of section 6. */
export function refuse(fault: Fault | null, challenge: string | null, origin: string): TokenRefused {
  const [code, message] = (fault && words[fault]) ?? invalid;
  const uri = `authorization_uri="${origin}/common/oauth2/authorize"`;
  const why = challenge
    ? `error="insufficient_claims", claims="${Buffer.from(challenge).toString('base64')}"`
    : `error="invalid_token", error_description="${message}"`;
  return new TokenRefused(code, message, `Bearer realm="", ${uri}, ${why}`);
}
