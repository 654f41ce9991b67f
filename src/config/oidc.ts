import type { Settings } from './settings.ts';

/** An OpenID Connect issuer whose people may come in, beside those of Entra. */
export type OidcConfig = Readonly<{
  /** What errors and reports call it. */
  name: string;
  /** The exact `iss` of its tokens; what it can do is described below this address. */
  issuer: string;
  /** `aud` must hold one of these; */
  audiences: readonly string[];
  /** or else name nobody but `account`, with one of these in `azp`. */
  clients: readonly string[];
  /** The members on the way to the roles. */
  rolesPath: readonly string[];
  adminRole: string;
  usernameClaim: string;
  /** The client by which the command line signs people in; null: not told. */
  cliClientId: string | null;
}>;

/** `OIDC_ISSUERS` names them; the settings of `staff` begin with `OIDC_STAFF_`. */
export function readOidc(settings: Settings, entraOrigin: string): OidcConfig[] {
  const names = settings.list('OIDC_ISSUERS');
  for (const name of names) {
    if (!/^[a-z][a-z0-9-]{0,62}$/.test(name))
      settings.fault('OIDC_ISSUERS', `"${name}": small letters, digits and hyphens were expected`);
  }
  if (new Set(names.map(prefixOf)).size < names.length)
    settings.fault('OIDC_ISSUERS', 'each issuer was expected once');
  const issuers = names.map((name) => readIssuer(name, settings, entraOrigin));
  if (new Set(issuers.map(({ issuer }) => issuer)).size < issuers.length)
    settings.fault('OIDC_ISSUERS', 'two of them have the same address');
  return issuers;
}

const prefixOf = (name: string) => `OIDC_${name.toUpperCase().replaceAll('-', '_')}_`;

function readIssuer(name: string, settings: Settings, entraOrigin: string): OidcConfig {
  const prefix = prefixOf(name);
  const audiences = settings.list(`${prefix}AUDIENCES`);
  const clients = settings.list(`${prefix}CLIENTS`);
  if (audiences.length === 0 && clients.length === 0)
    settings.fault(
      `${prefix}AUDIENCES, ${prefix}CLIENTS`,
      'one of them is needed: whose tokens are for this',
    );
  return {
    name,
    issuer: readAddress(name, settings, entraOrigin),
    audiences,
    clients,
    rolesPath: pathOf(settings.text(`${prefix}ROLES_CLAIM`) ?? 'realm_access/roles'),
    adminRole: settings.text(`${prefix}ADMIN_ROLE`) ?? 'mlgraph.admin',
    usernameClaim: settings.text(`${prefix}USERNAME_CLAIM`) ?? 'preferred_username',
    cliClientId: settings.text(`${prefix}CLI_CLIENT_ID`) ?? null,
  };
}

/** As it is: an `iss` that ends in a slash is another one. */
function readAddress(name: string, settings: Settings, entraOrigin: string): string {
  const setting = `${prefixOf(name)}ISSUER`;
  const issuer = settings.required(setting, `the address of the issuer ${name}`);
  if (settings.url(setting) === undefined || !URL.canParse(issuer)) return issuer;
  const { origin, search, hash } = new URL(issuer);
  if (search || hash) settings.fault(setting, 'an address without a query was expected');
  if ([entraOrigin, 'https://sts.windows.net'].includes(origin))
    settings.fault(setting, 'this is Entra, which the settings AZURE_… are for');
  return issuer;
}

/** As in a JSON pointer (RFC 6901): `/` between names, which write it `~1`. */
const pathOf = (text: string): string[] =>
  text
    .replace(/^\//, '')
    .split('/')
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
