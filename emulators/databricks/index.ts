import type { TokenAuthority } from '../azure-ml/access.ts';
import type { Entra } from '../entra/index.ts';
import { type Emulator, startEmulator } from '../kit/server.ts';
import { callerOf } from './access.ts';
import { controlWorkspace } from './control.ts';
import { createMembers } from './directory/members.ts';
import { createOAuthTokens } from './directory/oauth-tokens.ts';
import { faultReply } from './errors.ts';
import { createQuestionLimit } from './question-limit.ts';
import { serveWorkspace } from './service.ts';
import { createGrants } from './spaces/grants.ts';
import { openConversations } from './state/conversations.ts';
import { createDownloads } from './state/downloads.ts';
import { openMessages } from './state/messages.ts';
import { openStore } from './state/store.ts';
import { createWarehouse } from './warehouse/warehouse.ts';
import type { Workspace } from './workspace.ts';

export type DatabricksOptions = {
  /** Verifies tokens, and knows the people, their roles and the application. */
  entra: TokenAuthority & Pick<Entra, 'clientId'>;
  /** Directory of everything that is kept; made if it is not there. */
  home: string;
  /** 0, which is the default, takes a free one. */
  port?: number;
  /** PEM. With it the emulator speaks https. */
  tls?: { key: string; cert: string };
  /** Milliseconds since the epoch. */
  clock?: () => number;
  /** Milliseconds that a message stays in one status; 500 by default. */
  pace?: number;
  /** Of the whole workspace; 5 by default, as in the free tier. */
  questionsPerMinute?: number;
  /** Of the application, for tokens of the workspace's own; without it there are none. */
  oauthSecret?: string;
};

/** Starts one Databricks workspace with its Genie spaces, as it was left in `home`. */
export async function startDatabricks(options: DatabricksOptions): Promise<Emulator> {
  const { entra } = options;
  const workspace = openWorkspace(options);
  const release = async () => {
    await workspace.warehouse.close();
    workspace.store.close();
  };
  const emulator = await startEmulator({
    name: 'databricks',
    port: options.port,
    tls: options.tls,
    callerOf: (request) => callerOf(workspace, entra, request),
    handle: (request) =>
      request.path.startsWith('/_control/')
        ? controlWorkspace(workspace, request)
        : serveWorkspace(workspace, entra, request),
    errorReply: faultReply,
  }).catch(async (error) => {
    await release();
    throw error;
  });
  const close = async () => {
    await emulator.close();
    await release();
  };
  return { ...emulator, close };
}

function openWorkspace(options: DatabricksOptions): Workspace {
  const { entra, home, clock = Date.now, pace = 500, questionsPerMinute = 5, oauthSecret } = options;
  const store = openStore(home);
  return {
    members: createMembers(entra, entra.clientId),
    grants: createGrants(),
    tokens: createOAuthTokens({ clientId: entra.clientId, secret: oauthSecret }, clock),
    limit: createQuestionLimit(questionsPerMinute, clock),
    store,
    conversations: openConversations(store),
    messages: openMessages(store),
    downloads: createDownloads(),
    warehouse: createWarehouse(),
    pace: { state: pace },
    now: clock,
  };
}
