import type { Settings } from './settings.ts';

export type EntraConfig = Readonly<{
  tenantId: string;
  clientId: string;
  /** Tenants whose people may come in. */
  tenants: readonly string[];
  /** What `aud` of a token may be: the client id, and its App ID URIs. */
  audiences: readonly string[];
  /** The delegated scope that a token must carry. */
  requiredScope: string;
  authorityHost: string;
  /** The public client by which the command line signs people in; null: not told. */
  cliClientId: string | null;
  credential: CredentialConfig;
}>;
export type CredentialConfig =
  | { kind: 'secret'; secret: string }
  | { kind: 'certificate'; path: string }
  | { kind: 'federated'; path: string };

export function readEntra(settings: Settings): EntraConfig {
  const tenantId = settings.required('AZURE_TENANT_ID', 'whose people may sign in');
  const clientId = settings.required('AZURE_CLIENT_ID', "the gateway's own app registration");
  const audiences = settings.list('MLGRAPH_AUDIENCES');
  const tenants = settings.list('MLGRAPH_ALLOWED_TENANTS');
  return {
    tenantId,
    clientId,
    tenants: tenants.length > 0 ? tenants : [tenantId],
    audiences: audiences.length > 0 ? audiences : [clientId, `api://${clientId}`],
    requiredScope: settings.text('MLGRAPH_REQUIRED_SCOPE') ?? 'access_as_user',
    authorityHost: settings.url('AZURE_AUTHORITY_HOST') ?? 'https://login.microsoftonline.com',
    cliClientId: settings.text('MLGRAPH_CLI_CLIENT_ID') ?? null,
    credential: readCredential(settings),
  };
}

function readCredential(settings: Settings): CredentialConfig {
  const secret = settings.text('AZURE_CLIENT_SECRET');
  const certificate = settings.text('AZURE_CLIENT_CERTIFICATE_PATH');
  const federated = settings.text('AZURE_FEDERATED_TOKEN_FILE');
  const given = [secret, certificate, federated].filter((value) => value !== undefined).length;
  const names = 'AZURE_CLIENT_SECRET, AZURE_CLIENT_CERTIFICATE_PATH, AZURE_FEDERATED_TOKEN_FILE';
  if (given !== 1) settings.fault(names, `exactly one of them is needed, ${given} are set`);
  if (certificate) return { kind: 'certificate', path: certificate };
  if (federated) return { kind: 'federated', path: federated };
  return { kind: 'secret', secret: secret ?? '' };
}
