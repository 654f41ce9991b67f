import { expect, test } from 'vitest';
import type { AuditNote } from '../../src/domain/audit.ts';
import type { Caller, Identity, TokenFor } from '../../src/domain/callers.ts';
import { MlgraphError } from '../../src/domain/errors.ts';
import { createUses } from '../../src/resolvers/audit-uses.ts';

const identityOf = (kind: Caller['kind'] = 'USER'): Identity => ({
  caller: { kind, key: 'entra:t:ada' } as Caller,
  assertion: () => '',
});
function stage() {
  const notes: AuditNote[] = [];
  const clock = { now: () => 5, sleep: () => Promise.resolve() };
  const uses = createUses({ clock, record: (note) => void notes.push(note) });
  const ask = async (
    identity: Identity,
    tokens: TokenFor,
    upstream: 'AZURE_ML' | 'DATABRICKS' = 'AZURE_ML',
  ) => {
    const noting = uses.noting(tokens, { identity, call: { requestId: 'r' }, upstream });
    return noting('scope', { signal: new AbortController().signal }).catch(() => null);
  };
  return { notes, uses, ask };
}
const good: TokenFor = async () => 'token';

test('an identity is told of once for each upstream, however often it is used', async () => {
  const { notes, ask } = stage();
  const identity = identityOf();
  for (let time = 0; time < 3; time++) expect(await ask(identity, good)).toBe('token');
  await ask(identity, good, 'DATABRICKS');
  expect(notes).toEqual(
    ['AZURE_ML', 'DATABRICKS'].map((upstream) => ({
      at: new Date(5),
      actor: 'entra:t:ada',
      actorKind: 'USER',
      action: 'upstream.use',
      target: null,
      outcome: 'OK',
      upstream,
      requestId: 'r',
      keyPrefix: null,
    })),
  );
  await ask(identityOf(), good);
  expect(notes).toHaveLength(3);
});

test('how it ended is told, and each end once', async () => {
  const { notes, ask } = stage();
  const identity = identityOf();
  const bad: TokenFor = async () => {
    throw new MlgraphError('INTERACTION_REQUIRED', 'sign in');
  };
  for (const tokens of [bad, bad, good, good]) await ask(identity, tokens);
  expect(notes.map(({ outcome }) => outcome)).toEqual(['INTERACTION_REQUIRED', 'OK']);
});

test('who leaves before the token is there has used nothing yet', async () => {
  const { notes, uses } = stage();
  const leaving = new AbortController();
  const tokens: TokenFor = (_, { signal }) =>
    new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  const noting = uses.noting(tokens, {
    identity: identityOf(),
    call: { requestId: 'r' },
    upstream: 'AZURE_ML',
  });
  const asked = noting('scope', { signal: leaving.signal });
  leaving.abort();
  await expect(asked).rejects.toBeDefined();
  expect(notes).toMatchObject([{ outcome: 'CANCELED' }]);
});

test('a service uses the identity of no person', async () => {
  const { notes, ask } = stage();
  expect(await ask(identityOf('SERVICE'), good)).toBe('token');
  expect(notes).toEqual([]);
});
