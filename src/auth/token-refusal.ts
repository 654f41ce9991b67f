import { z } from 'zod';
import { type ErrorCode, type ErrorDetails, MlgraphError } from '../domain/errors.ts';
import { retryAfterSeconds } from '../domain/retry-after.ts';
import { aadsts } from './aadsts.ts';
import type { Authority } from './authority.ts';
import { type EntraAnswer, upstream } from './entra-http.ts';

/** Who the token was asked for; decides what a refusal means to the caller. */
export type Asking = {
  authority: Authority;
  clientId: string;
  tenantId: string;
  scope: string;
  /** False: the gateway asked as itself, so nothing a person does would help. */
  onBehalf: boolean;
};

/** `again`: the same request may succeed at once. */
export type Refusal = { error: MlgraphError; again: boolean };

const ids = z.string().regex(/^[\w-]{1,64}$/);
const wire = z.looseObject({
  error: z.string().catch(''),
  suberror: z.string().optional().catch(undefined),
  error_description: z.string().optional().catch(undefined),
  error_codes: z.array(z.number()).catch([]),
  correlation_id: ids.optional().catch(undefined),
  trace_id: ids.optional().catch(undefined),
  claims: z.string().max(8_192).optional().catch(undefined),
});
type Body = z.infer<typeof wire>;

type Verdict = { code: ErrorCode; message: string; details?: ErrorDetails; again?: boolean };

/**
 * What a refusal of the token endpoint means (Microsoft's AADSTS reference; its numbers and texts may change).
 * The description goes to the log only: it holds ids and hints about the tenant.
 */
export function refusalOf(answer: EntraAnswer, asking: Asking, now: number): Refusal {
  const parsed = wire.safeParse(answer.body);
  const retryAfter = retryAfterSeconds(answer.headers, now);
  if (!parsed.success || answer.status === 200)
    return toRefusal(unreadable(answer.status, retryAfter), answer, null, asking);
  const verdict =
    serviceVerdict(answer.status, parsed.data, retryAfter) ??
    personVerdict(parsed.data, asking) ??
    gatewayVerdict(parsed.data);
  return toRefusal(verdict, answer, parsed.data, asking);
}

function toRefusal(verdict: Verdict, answer: EntraAnswer, body: Body | null, asking: Asking): Refusal {
  const personal = ['UNAUTHENTICATED', 'INTERACTION_REQUIRED', 'FORBIDDEN'].includes(verdict.code);
  const { code, message, details, again }: Verdict =
    personal && !asking.onBehalf ? { code: 'UPSTREAM_ERROR', message: refusedItself } : verdict;
  const requestId =
    body?.correlation_id ?? body?.trace_id ?? ids.safeParse(answer.headers['x-ms-request-id']).data;
  const cause = new Error(
    `Entra answered ${answer.status} ${body?.error ?? ''} ${body?.suberror ?? ''}: ${body?.error_description?.slice(0, 1_000) ?? 'no error body'}`,
  );
  return {
    error: new MlgraphError(code, message, { upstream, ...(requestId && { requestId }), ...details }, cause),
    again: again ?? false,
  };
}

const any = (body: Body, codes: readonly number[]) => body.error_codes.some((code) => codes.includes(code));
const seconds = (retryAfterSeconds: number | null): ErrorDetails =>
  retryAfterSeconds === null ? {} : { retryAfterSeconds };

function unreadable(status: number, retryAfter: number | null): Verdict {
  if (status === 429) return tooMany(retryAfter);
  if (status >= 500) return unavailable(retryAfter);
  return { code: 'UPSTREAM_ERROR', message: 'Entra answered what is no token.' };
}

const tooMany = (retryAfter: number | null): Verdict => ({
  code: 'RATE_LIMITED',
  message: 'Entra asks for fewer sign-in exchanges.',
  details: seconds(retryAfter),
});
const unavailable = (retryAfter: number | null): Verdict => ({
  code: 'UPSTREAM_UNAVAILABLE',
  message: 'Entra is unavailable at the moment.',
  details: seconds(retryAfter),
  again: retryAfter === null,
});

/** Of the service itself, whoever asked. */
function serviceVerdict(status: number, body: Body, retryAfter: number | null): Verdict | null {
  if (status === 429 || any(body, aadsts.throttled)) return tooMany(retryAfter);
  if (any(body, aadsts.repeated)) return { ...unavailable(retryAfter), again: false };
  if (status >= 500 || any(body, aadsts.transient) || body.error === 'temporarily_unavailable') {
    return unavailable(retryAfter);
  }
  return null;
}

/** Of the person: what they, or their administrator, can do about it. */
function personVerdict(body: Body, asking: Asking): Verdict | null {
  if (any(body, aadsts.blocked)) return denied("Your organization's policy blocks this access.");
  if (body.claims) {
    const message = 'Entra wants you to sign in again, with the claims given here.';
    return { code: 'INTERACTION_REQUIRED', message, details: { claims: body.claims } };
  }
  if (body.suberror === 'consent_required' || any(body, aadsts.consent)) return consentNeeded(body, asking);
  if (any(body, aadsts.unassigned))
    return denied('You are not assigned to this application in your organization.');
  if (any(body, aadsts.foreign)) return denied('Your account is not known in this tenant.');
  if (any(body, aadsts.demands))
    return denied("Your organization's policy does not allow this access as it is.");
  if (any(body, aadsts.staleToken))
    return signInAgain('Entra no longer takes the token: come back with a new one.');
  if (any(body, aadsts.idToken)) return signInAgain('The token is an id token: an access token is needed.');
  if (any(body, aadsts.signIn)) return signInAgain('Entra wants you to sign in again.');
  if (body.error === 'interaction_required' || body.error === 'login_required') {
    return { code: 'INTERACTION_REQUIRED', message: 'Entra wants you to sign in again.' };
  }
  return null;
}

const denied = (message: string): Verdict => ({ code: 'FORBIDDEN', message });
const signInAgain = (message: string): Verdict => ({ code: 'UNAUTHENTICATED', message });

/**
 * The page where the consent is given, of Entra's own host: the gateway cannot show it, and a browser that is sent
 * there comes back to the registration's own redirect address.
 */
function consentNeeded(body: Body, { authority, tenantId, clientId, scope }: Asking): Verdict {
  const admin = any(body, aadsts.adminConsent);
  const page = new URL(
    admin ? authority.adminConsentEndpoint(tenantId) : authority.authorizeEndpoint(tenantId),
  );
  page.searchParams.set('client_id', clientId);
  if (!admin) {
    for (const [name, value] of [
      ['response_type', 'code'],
      ['scope', scope],
      ['prompt', 'consent'],
    ] as const) {
      page.searchParams.set(name, value);
    }
  }
  const message = admin
    ? 'An administrator of your organization has to consent to this access first.'
    : 'You have to consent to this access first.';
  return { code: 'INTERACTION_REQUIRED', message, details: { consentUrl: page.href } };
}

const refusedItself = "The gateway's own sign-in was refused by Entra.";

/** Of the gateway: nothing the caller could mend, so the operators need the request id. */
function gatewayVerdict(body: Body): Verdict {
  if (any(body, aadsts.badCredential) || body.error === 'invalid_client') {
    const message = "The gateway's own credential was refused by Entra.";
    return { code: 'UPSTREAM_ERROR', message, again: any(body, aadsts.staleAssertion) };
  }
  if (any(body, aadsts.notInstalled)) {
    return {
      code: 'UPSTREAM_ERROR',
      message: 'The gateway, or a service it calls, is not installed in this tenant.',
    };
  }
  return {
    code: 'UPSTREAM_ERROR',
    message: "Entra refused the exchange because of the gateway's configuration.",
  };
}
