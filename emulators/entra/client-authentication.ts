import { createHash, createPublicKey, timingSafeEqual, X509Certificate } from 'node:crypto';
import { invalidClient, missingParameter, OAuthError } from './errors.ts';
import { type Jwt, readJwt, signatureHolds } from './jwt.ts';
import type { FederatedCredential, Registration } from './registration.ts';

type Proof = {
  form: URLSearchParams;
  tenant: string;
  /** Address of the token endpoint, the audience of a certificate's assertion. */
  endpoint: string;
  /** Seconds. */
  now: number;
};

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** Checks the client's secret, certificate or federated assertion; throws OAuthError (section 4, client authentication). */
export function authenticateClient(registration: Registration, proof: Proof): void {
  const { form, tenant } = proof;
  const clientId = form.get('client_id');
  if (!clientId) throw missingParameter('client_id');
  if (clientId !== registration.clientId) throw unknownClient(clientId, tenant);
  const secret = form.get('client_secret');
  const assertion = form.get('client_assertion');
  if (assertion) checkAssertion(registration, proof, assertion);
  else if (secret) checkSecret(registration, secret);
  else throw noCredential;
}

const noCredential = invalidClient(
  7000218,
  "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
);

const unknownClient = (clientId: string, tenant: string) =>
  new OAuthError({
    status: 400,
    error: 'unauthorized_client',
    code: 700016,
    message: `Application with identifier '${clientId}' was not found in the directory '${tenant}'.`,
  });

function checkSecret({ clientId, clientSecret }: Registration, secret: string): void {
  const [given, expected] = [secret, clientSecret].map((text) => createHash('sha256').update(text).digest());
  if (given && expected && timingSafeEqual(given, expected)) return;
  throw invalidClient(
    7000215,
    `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${clientId}'.`,
  );
}

function checkAssertion(registration: Registration, proof: Proof, assertion: string): void {
  if (proof.form.get('client_assertion_type') !== assertionType)
    throw missingParameter('client_assertion_type');
  const jwt = readJwt(assertion);
  if (!jwt) throw invalidClient(50027, 'JWT token is invalid or malformed.');
  if (jwt.claims.iss === registration.clientId) checkCertificate(registration, proof, jwt);
  else checkFederated(registration, jwt);
  checkTimes(jwt, proof.now);
}

function checkCertificate(registration: Registration, { endpoint }: Proof, jwt: Jwt): void {
  const certificate = registration.certificates
    .map((pem) => new X509Certificate(pem))
    .find((c) => isNamed(c, jwt));
  if (!certificate || !signatureHolds(jwt, certificate.publicKey)) throw badSignature;
  if (jwt.claims.sub !== registration.clientId)
    throw invalidClient(50048, 'Subject mismatches Issuer claim in the client assertion.');
  if (jwt.claims.aud !== endpoint) throw invalidClient(50027, 'JWT token is invalid: audience mismatch.');
}

const badSignature = invalidClient(
  700027,
  'The certificate with identifier used to sign the client assertion is not registered on application, or the signature does not match.',
);

/** By SHA-256 (`x5t#S256`) or SHA-1 (`x5t`) of the certificate. */
function isNamed({ raw }: X509Certificate, { header }: Jwt): boolean {
  const digest = (algorithm: string) => createHash(algorithm).update(raw).digest('base64url');
  return header['x5t#S256'] === digest('sha256') || header.x5t === digest('sha1');
}

function checkFederated(registration: Registration, jwt: Jwt): void {
  const { iss, sub, aud } = jwt.claims;
  const unmatched = (code: number, what: string, value: unknown) =>
    invalidClient(
      code,
      `No matching federated identity record found for presented assertion ${what} '${value}'.`,
    );
  const ofIssuer = registration.federatedCredentials.filter(({ issuer }) => issuer === iss);
  if (ofIssuer.length === 0) throw unmatched(700211, 'issuer', iss);
  const ofSubject = ofIssuer.filter(({ subject }) => subject === sub);
  if (ofSubject.length === 0) throw unmatched(700213, 'subject', sub);
  const matching = ofSubject.find(({ audience = 'api://AzureADTokenExchange' }) =>
    [aud].flat().includes(audience),
  );
  if (!matching) throw unmatched(700212, 'audience', aud);
  if (!signedBy(matching, jwt)) throw badSignature;
}

const signedBy = ({ keys }: FederatedCredential, jwt: Jwt): boolean =>
  keys
    .filter(({ kid }) => kid === undefined || kid === jwt.header.kid)
    .some((key) => signatureHolds(jwt, createPublicKey({ key, format: 'jwk' })));

function checkTimes({ claims }: Jwt, now: number): void {
  const [from, until] = [Number(claims.nbf ?? 0), Number(claims.exp ?? 0)];
  if (now + 300 >= from && now - 300 < until) return;
  throw invalidClient(
    700024,
    `Client assertion is not within its valid time range. Current time: ${iso(now)}, assertion valid from ${iso(from)}, expiry time of assertion ${iso(until)}.`,
  );
}

const iso = (seconds: number) => new Date(seconds * 1000).toISOString();
