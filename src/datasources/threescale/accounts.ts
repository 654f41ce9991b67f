import { codeOf, notFound } from '../../domain/errors.ts';
import type { Connection } from './connection.ts';
import type { ThreeScale, ThreeScaleAccount } from './index.ts';
import { account } from './wire.ts';

/** Contract section 6. */
export const createAccounts = (connection: Connection): Pick<ThreeScale, 'findAccount'> => ({
  async findAccount({ userName, email }) {
    const found =
      (userName ? await find(connection, { username: userName }) : null) ??
      (email ? await find(connection, { email }) : null);
    if (found) return found;
    throw notFound('You have no account in 3scale; its administrator can make one.', { field: 'account' });
  },
});

async function find(
  connection: Connection,
  query: Record<string, string>,
): Promise<ThreeScaleAccount | null> {
  try {
    const answer = await connection.send({ method: 'GET', path: 'accounts/find', query, schema: account });
    return { key: answer.account.id, state: answer.account.state };
  } catch (error) {
    if (codeOf(error) === 'NOT_FOUND') return null;
    throw error;
  }
}
