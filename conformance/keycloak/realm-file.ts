import {
  type Client,
  clients,
  client as newClient,
  type Person,
  people,
} from '../../emulators/keycloak/index.ts';

/** Of devices, in seconds. */
export const pollingInterval = 1;

/** Besides those that the realm has. */
export const moreClients = [newClient('mlgraph-tv', { deviceGrant: true })];
const allClients = [...clients, ...moreClients];

/** The emulator's realm as the real server imports it: the same people and clients, by default settings. */
export function realmFile(name: string) {
  return {
    realm: name,
    enabled: true,
    sslRequired: 'none',
    roles: { realm: [{ name: 'mlgraph.member' }, { name: 'mlgraph.admin' }] },
    // Nobody is asked for a last name.
    requiredActions: [action('UPDATE_PASSWORD', true), action('VERIFY_PROFILE', false)],
    users: [
      ...people.map((person) => user(name, person)),
      ...allClients.flatMap((one) => serviceAccount(name, one)),
    ],
    clients: allClients.filter(({ clientId }) => clientId !== 'admin-cli').map(client),
  };
}

const action = (alias: string, enabled: boolean) => ({
  ...{ alias, name: alias, providerId: alias, enabled },
  ...{ defaultAction: false, priority: 10, config: {} },
});

const user = (realm: string, person: Person) => ({
  id: person.id,
  username: person.userName,
  email: person.email,
  emailVerified: person.emailVerified,
  enabled: person.enabled,
  firstName: person.firstName,
  lastName: person.lastName,
  credentials: [{ type: 'password', value: person.password }],
  realmRoles: [...person.realmRoles, `default-roles-${realm}`],
  clientRoles: person.clientRoles,
});

const serviceAccount = (realm: string, { clientId, serviceAccount }: Client) =>
  serviceAccount
    ? [
        {
          id: serviceAccount.id,
          username: `service-account-${clientId}`,
          enabled: true,
          serviceAccountClientId: clientId,
          realmRoles: [...serviceAccount.realmRoles, `default-roles-${realm}`],
        },
      ]
    : [];

const client = (one: Client) => ({
  clientId: one.clientId,
  enabled: true,
  bearerOnly: one.bearerOnly,
  publicClient: one.secret === null && !one.bearerOnly,
  ...(one.secret === null ? {} : { secret: one.secret }),
  standardFlowEnabled: false,
  directAccessGrantsEnabled: one.directAccessGrants,
  serviceAccountsEnabled: one.serviceAccount !== null,
  attributes: {
    'oauth2.device.authorization.grant.enabled': String(one.deviceGrant),
    'oauth2.device.polling.interval': String(pollingInterval),
    'standard.token.exchange.enabled': String(one.tokenExchange),
  },
  protocolMappers: one.audiences.map((audience) => ({
    name: `audience ${audience}`,
    protocol: 'openid-connect',
    protocolMapper: 'oidc-audience-mapper',
    config: {
      'included.client.audience': audience,
      'access.token.claim': 'true',
      'introspection.token.claim': 'true',
    },
  })),
});
