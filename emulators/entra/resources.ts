import { OAuthError } from './errors.ts';

/** One API for which tokens are issued. */
export type Resource = {
  /** Audience of its tokens. */
  audience: string;
  /** Its delegated permission. */
  scope: string;
  version: '1.0' | '2.0';
};

const azure = (audience: string): Resource => ({ audience, scope: 'user_impersonation', version: '1.0' });
const arm = azure('https://management.azure.com');
const storage = azure('https://storage.azure.com');

/** Azure Databricks, the same in every tenant. */
const databricks = '2ff814a6-3304-4ab8-85cb-cd0e6f879c1d';

const known: Record<string, Resource> = {
  'https://management.azure.com': arm,
  'https://management.core.windows.net': arm,
  'https://ml.azure.com': azure('https://ml.azure.com'),
  'https://ai.azure.com': azure('https://ai.azure.com'),
  'https://storage.azure.com': storage,
  [databricks]: azure(databricks),
};

const notResources = new Set(['openid', 'profile', 'offline_access', 'email']);

/**
 * The one resource that a `scope` parameter names, and what it names it by.
 * Throws 70011, 700022, 700023 or 500011, as section 5 of the contract lists them.
 */
export function resourceOf(scope: string, clientId: string): { resource: Resource; name: string } {
  const wanted = scope.split(/\s+/).filter((part) => part !== '' && !notResources.has(part));
  const names = new Set(wanted.map(resourceName));
  const [name] = names;
  if (name === undefined) throw invalidScope(700023, `The scope '${scope}' names no resource.`);
  if (names.size > 1)
    throw invalidScope(700022, `The scope '${scope}' is not valid: it contains more than one resource.`);
  const plain = name.replace(/\/$/, '');
  const resource = known[plain] ?? blobAccount(plain) ?? ownApi(plain, clientId);
  if (!resource) throw unknownResource(name);
  return { resource, name };
}

/** `https://management.azure.com//.default` names the resource with its trailing slash. */
function resourceName(scope: string): string {
  const slash = scope.lastIndexOf('/');
  if (slash <= 0)
    throw invalidScope(70011, `The provided value for the input parameter 'scope' is not valid.`);
  return scope.slice(0, slash);
}

const blobAccount = (name: string): Resource | undefined =>
  /^https:\/\/[a-z0-9]+\.blob\.core\.windows\.net$/.test(name) ? storage : undefined;

const ownApi = (name: string, clientId: string): Resource | undefined =>
  name === clientId || name === `api://${clientId}`
    ? { audience: clientId, scope: 'access_as_user', version: '2.0' }
    : undefined;

const invalidScope = (code: number, message: string) =>
  new OAuthError({ status: 400, error: 'invalid_scope', code, message });

const unknownResource = (name: string) =>
  new OAuthError({
    status: 400,
    error: 'invalid_resource',
    code: 500011,
    message: `The resource principal named ${name} was not found in the tenant.`,
  });
