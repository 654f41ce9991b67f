import { codeOf, type ErrorCode, MlgraphError } from '../../domain/errors.ts';
import { jsonOf } from '../http/status-errors.ts';
import type { Connection } from './connection.ts';
import { refusalWords, refusedFields, upstreamName } from './errors.ts';
import type { ServiceApplication } from './index.ts';
import { toApplication } from './to-domain.ts';
import { application, applications, keys, nothing } from './wire.ts';

/** How a creation ended. `unsure`: it may have been made, or still be. */
export type Creation =
  | { kind: 'created'; application: ServiceApplication }
  | { kind: 'taken' }
  | { kind: 'refused'; words: string | null }
  | { kind: 'unsure'; failure: MlgraphError };

/** Contract section 8. */
export type Applications = {
  list(accountKey: string): Promise<ServiceApplication[]>;
  /** Never repeated: each is an application. */
  create(accountKey: string, fields: Record<string, string>): Promise<Creation>;
  /** One that has gone is no error, and neither is one that stays. */
  remove(application: ServiceApplication): Promise<void>;
  keysOf(application: ServiceApplication): Promise<string[]>;
  /** A key that is there already is no error. */
  addKey(application: ServiceApplication, key: string): Promise<void>;
};

export function createApplications(connection: Connection): Applications {
  const keysPath = (of: ServiceApplication) => `${pathOf(of)}/keys`;
  return {
    async list(accountKey) {
      const path = listPath(accountKey);
      const answer = await connection.send({ method: 'GET', path, schema: applications });
      return answer.applications.map((each) => toApplication(each.application));
    },
    create: (accountKey, fields) =>
      connection
        .bytes({ method: 'POST', path: listPath(accountKey), json: fields, accept: [404, 409, 422] })
        .then(({ status, body }) => creationOf(status, jsonOf(body)), unsure),
    async remove(of) {
      await connection
        .send({ method: 'DELETE', path: pathOf(of), schema: nothing })
        .catch((error: unknown) => {
          if (!(error instanceof MlgraphError)) throw error;
        });
    },
    async keysOf(of) {
      const answer = await connection.send({ method: 'GET', path: keysPath(of), schema: keys });
      return answer.keys.map(({ key }) => key.value);
    },
    async addKey(of, key) {
      const accept = [409, 422];
      await connection.bytes({ method: 'POST', path: keysPath(of), json: { key }, accept });
    },
  };
}

const listPath = (accountKey: string) => `accounts/${encodeURIComponent(accountKey)}/applications`;
const pathOf = ({ accountKey, key }: ServiceApplication) =>
  `${listPath(accountKey)}/${encodeURIComponent(key)}`;

function creationOf(status: number, body: unknown): Creation {
  if (status === 409) return { kind: 'taken' };
  if (status === 422) {
    const taken = refusedFields(body).some((field) => field === 'user_key' || field === 'application_id');
    return taken ? { kind: 'taken' } : { kind: 'refused', words: refusalWords(body) };
  }
  if (status === 404) return { kind: 'refused', words: null };
  const read = application.safeParse(body);
  if (read.success) return { kind: 'created', application: toApplication(read.data.application) };
  return { kind: 'unsure', failure: unreadable() };
}

const maybeDone: readonly ErrorCode[] = ['UPSTREAM_TIMEOUT', 'UPSTREAM_UNAVAILABLE', 'UPSTREAM_ERROR'];

/** @throws what certainly ended before anything was made. */
function unsure(error: unknown): Creation {
  if (error instanceof MlgraphError && maybeDone.includes(codeOf(error)))
    return { kind: 'unsure', failure: error };
  throw error;
}

const unreadable = () =>
  new MlgraphError('UPSTREAM_ERROR', `${upstreamName} answered in a form this gateway cannot read.`, {
    upstream: upstreamName,
  });
