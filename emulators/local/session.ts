import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeSecretFile } from '../kit/secret-file.ts';
import type { ApiKey } from './api-keys.ts';
import type { Upstreams } from './gateway-settings.ts';
import type { Sample } from './seed.ts';
import { openingTabs } from './tabs.ts';

/** What `session.json` tells the tools of this machine. */
export type Session = {
  /** The GraphQL endpoint. */
  url: string;
  wsUrl: string;
  pids: { gateway: number; emulators: number };
  people: { name: string; role: string; token: string }[];
  apiKeys: readonly ApiKey[];
  upstreams: Upstreams;
};

/** The files by which tools and the GraphiQL page sign in. All hold tokens: only their owner reads them. */
export type SessionFiles = {
  graphiqlFile: string;
  writeSession(session: Session): void;
  /** Read by the gateway at each load of its page. */
  writeGraphiql(token: string, sample: Sample): void;
  remove(): void;
};

export function sessionFiles(home: string): SessionFiles {
  const sessionFile = join(home, 'session.json');
  const graphiqlFile = join(home, 'graphiql.json');
  return {
    graphiqlFile,
    writeSession: (session) => writeSecretFile(sessionFile, session),
    writeGraphiql: (token, sample) =>
      writeSecretFile(graphiqlFile, {
        headers: { authorization: `Bearer ${token}` },
        tabs: openingTabs(sample),
      }),
    remove: () => {
      for (const file of [sessionFile, graphiqlFile]) rmSync(file, { force: true });
    },
  };
}
