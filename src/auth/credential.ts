import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { NodeAuthOptions } from '@azure/msal-node';
import { MlgraphError } from '../domain/errors.ts';
import { upstream } from './entra-http.ts';

/** How the gateway proves to Entra that it is itself. Files are read at every use, for both kinds are renewed in place. */
export type Credential =
  | { kind: 'secret'; secret: string }
  /** One PEM file with the private key and the certificate. */
  | { kind: 'certificate'; path: string }
  /** A token of another issuer (a Kubernetes service account, a CI job) that the registration trusts. */
  | { kind: 'federated'; path: string };

type Proof = Pick<NodeAuthOptions, 'clientSecret' | 'clientCertificate' | 'clientAssertion'>;

/** The credential as MSAL takes it. @throws UPSTREAM_ERROR where its file cannot be used. */
export async function readCredential(credential: Credential, signal: AbortSignal): Promise<Proof> {
  if (credential.kind === 'secret') return { clientSecret: credential.secret };
  try {
    const text = await readFile(credential.path, { encoding: 'utf8', signal });
    return credential.kind === 'federated' ? assertionOf(text) : { clientCertificate: certificateOf(text) };
  } catch (error) {
    signal.throwIfAborted();
    throw new MlgraphError(
      'UPSTREAM_ERROR',
      "The gateway's own credential cannot be read.",
      { upstream },
      error,
    );
  }
}

function assertionOf(text: string): Proof {
  const clientAssertion = text.trim();
  if (!clientAssertion) throw new Error('the federated token file is empty');
  return { clientAssertion };
}

/** The SHA-256 thumbprint in hex names the certificate; MSAL then signs with PS256. */
function certificateOf(pem: string): { thumbprintSha256: string; privateKey: string } {
  return {
    thumbprintSha256: new X509Certificate(pem).fingerprint256.replaceAll(':', ''),
    privateKey: createPrivateKey(pem).export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}
