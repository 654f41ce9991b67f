/** An application registered in the realm. */
export type Client = {
  clientId: string;
  /** Null: a public client, which proves itself by nothing. */
  secret: string | null;
  /** An API that only takes tokens. */
  bearerOnly: boolean;
  /** The switch of the password grant. */
  directAccessGrants: boolean;
  /** The switch of the device grant. */
  deviceGrant: boolean;
  /** The switch of standard token exchange. */
  tokenExchange: boolean;
  /** The user as whom the client itself is signed in, by client credentials. */
  serviceAccount: { id: string; realmRoles: readonly string[] } | null;
  /** Clients that its audience mappers add to `aud`. */
  audiences: readonly string[];
  /** Where its pages live. */
  webOrigins: readonly string[];
};

/** For the local realm only, where everybody may read it. */
export const jobSecret = 'mlgraph-job-secret';

export const clients: readonly Client[] = [
  /** The API itself. */
  client('mlgraph', { bearerOnly: true }),
  /** The command line. */
  client('mlgraph-cli', { directAccessGrants: true, deviceGrant: true, audiences: ['mlgraph'] }),
  /** A scheduled job. Its tokens name it too, so that it may look at them itself. */
  client('mlgraph-job', {
    secret: jobSecret,
    tokenExchange: true,
    serviceAccount: { id: '7b1f0c52-3c0e-4a6a-9f6b-5d3e8a10e590', realmRoles: ['mlgraph.member'] },
    audiences: ['mlgraph', 'mlgraph-job'],
  }),
  /** Neither grant is switched on, as on a new client. */
  client('mlgraph-web'),
  /** What every realm has for its administration. */
  client('admin-cli', { directAccessGrants: true }),
];

/** A client with what a new one has; `more` replaces any of it. */
export function client(clientId: string, more: Partial<Client> = {}): Client {
  return {
    clientId,
    secret: null,
    bearerOnly: false,
    directAccessGrants: false,
    deviceGrant: false,
    tokenExchange: false,
    serviceAccount: null,
    audiences: [],
    webOrigins: [],
    ...more,
  };
}
