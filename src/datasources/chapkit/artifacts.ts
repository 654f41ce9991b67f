import { codeOf } from '../../domain/errors.ts';
import { isTraining } from '../../domain/services.ts';
import { type Connection, orNotFound } from './connection.ts';
import { unreadable } from './errors.ts';
import { toTable } from './frames.ts';
import type { Chapkit } from './index.ts';
import { newestFirst, pageOf, readAll } from './lists.ts';
import { toArtifact } from './to-domain.ts';
import { known, parseExactly } from './values.ts';
import { artifact, artifactContent, nothing, output } from './wire.ts';

type Artifacts = Pick<
  Chapkit,
  | 'listArtifacts'
  | 'listTrained'
  | 'getArtifact'
  | 'artifactData'
  | 'outputOf'
  | 'childrenOf'
  | 'deleteArtifact'
  | 'predictions'
>;

const path = '/api/v1/artifacts';
const noSuch = 'The service has no such artifact.';
const pathOf = (key: string) => `${path}/${known(key, 'artifact')}`;
/** Content may be long, and is asked for on purpose. */
const contentDeadlineMs = 30_000;

/** Contract section 7. */
export function createArtifacts(connection: Connection): Artifacts {
  const { systemName, send } = connection;
  const all = () =>
    connection.once(path, async () =>
      (await readAll(connection, path, artifact))
        .map((each) => toArtifact(each, systemName))
        .sort(newestFirst),
    );
  const content = async (key: string) => {
    const answer = connection.bytes({ method: 'GET', path: pathOf(key), deadlineMs: contentDeadlineMs });
    return (await orNotFound(answer, noSuch)).toString('utf8');
  };

  return {
    listArtifacts: async (page) => pageOf(page, await all()),
    listTrained: async () => (await all()).filter(isTraining),
    // `$expand` is the same object without its content.
    getArtifact: async (key) =>
      connection.once(pathOf(key), async () => {
        const answer = send({ method: 'GET', path: `${pathOf(key)}/$expand`, schema: artifact });
        return toArtifact(await orNotFound(answer, noSuch), systemName);
      }),
    artifactData: async (key) => {
      const answer = send({
        method: 'GET',
        path: pathOf(key),
        schema: artifactContent,
        deadlineMs: contentDeadlineMs,
      });
      return (await orNotFound(answer, noSuch)).data ?? null;
    },
    async outputOf(key) {
      const answer = send({ method: 'GET', path: `${pathOf(key)}/$metadata`, schema: output });
      const found = await answer.catch((error: unknown) => {
        if (codeOf(error) === 'NOT_FOUND') return null;
        throw error;
      });
      return { stdout: found?.stdout || null, stderr: found?.stderr || null };
    },
    childrenOf: async (key) => (await all()).filter(({ parent }) => parent === key),
    async deleteArtifact(key) {
      const answer = send({ method: 'DELETE', path: pathOf(key), schema: nothing, idempotent: false });
      await orNotFound(answer, noSuch).finally(connection.changed);
    },
    predictions: async (key) => toTable(dataIn(await content(key), systemName), systemName),
  };
}

function dataIn(text: string, systemName: string): unknown {
  try {
    return artifactContent.parse(parseExactly(text)).data;
  } catch {
    throw unreadable(systemName, 'an artifact that is not of the expected shape');
  }
}
