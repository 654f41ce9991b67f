import type { Identity, TokenFor } from '../domain/callers.ts';
import { forbidden } from '../domain/errors.ts';
import type { TokenExchange } from './token-exchange.ts';

/**
 * The tokens with which to call an upstream that knows Entra alone: a person's in the person's name, a service's in the
 * name of this application.
 * @throws FORBIDDEN for a person of another issuer, before anything is called.
 */
export function tokensFor(
  tokens: Pick<TokenExchange, 'onBehalfOf' | 'asApplication'>,
  identity: Identity,
): TokenFor {
  const { kind, issuerKind } = identity.caller;
  if (kind === 'SERVICE') return (scope, options) => tokens.asApplication(scope, options);
  if (issuerKind !== 'entra') throw notOfEntra();
  return (scope, options) => tokens.onBehalfOf(identity, scope, options);
}

export const notOfEntra = () =>
  forbidden('This platform takes people of Microsoft Entra; you signed in with OpenID Connect elsewhere.');
