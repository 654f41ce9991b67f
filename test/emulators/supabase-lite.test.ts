import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { keys, mint } from '../database/support/project.ts';
import { startSample } from './support/supabase.ts';
import { type Oracle, startOracle } from './support/supabase-lite.ts';

type Sent = { method?: string; body?: unknown; headers?: Record<string, string> };

let sample: Awaited<ReturnType<typeof startSample>>;
let oracle: Oracle;
beforeAll(async () => {
  // It tells of every refusal there.
  vi.spyOn(console, 'error').mockReturnValue();
  [sample, oracle] = await Promise.all([startSample({ maxRows: null }), startOracle()]);
});
afterAll(() => Promise.all([sample?.close(), oracle?.close()]));

async function send(
  path: string,
  { method = 'GET', body, headers = {} }: Sent,
  to: (r: Request) => Promise<Response>,
) {
  const response = await to(
    new Request(`${sample.url}/rest/v1${path}`, {
      method,
      body: body === undefined ? null : JSON.stringify(body),
      headers: {
        apikey: keys.anonKey,
        authorization: `Bearer ${mint('7c9e6679-7425-40de-944b-e07fc1f90ae7')}`,
        'content-type': 'application/json',
        ...headers,
      },
    }),
  );
  const text = await response.text();
  return {
    status: response.status,
    range: response.headers.get('content-range'),
    body: text === '' ? null : JSON.parse(text),
  };
}

/** The same request to both, one after the other. */
const both = async (path: string, sent: Sent = {}) => ({
  ours: await send(path, sent, fetch),
  theirs: await send(path, sent, oracle.fetch),
});

const object = { accept: 'application/vnd.pgrst.object+json' };
const counted = { prefer: 'count=exact' };
const returned = { prefer: 'return=representation' };

describe('the same answer as @supabase/lite', () => {
  it.each<[string, Sent?]>([
    ['/models?select=id,name,score,ready,tags,meta&order=id'],
    ['/models?select=label:name,deep:meta->k->>deep&order=id'],
    ['/models?select=id&name=in.(alpha,"with, comma")&order=id'],
    ['/models?select=id&or=(id.eq.4,and(id.gt.1,score.not.is.null))&order=id'],
    ['/models?select=id&score=is.null'],
    ['/models?select=id&name=not.ilike.A*&order=id'],
    ['/models?select=id&tags=cs.{b}&order=id'],
    ['/models?select=id&ready=is.true&order=score.desc.nullslast,id'],
    ['/models?select=id&order=id&limit=2&offset=1', { headers: counted }],
    ['/models?select=id&id=gt.100', { headers: counted }],
    ['/models?select=id&limit=2&offset=100', { headers: counted }],
    ['/models?select=id&id=eq.1', { headers: object }],
    ['/models?select=id&id=gt.1', { headers: object }],
    ['/models', { method: 'HEAD', headers: counted }],
    ['/rpc/add', { method: 'POST', body: { a: 1, b: 2 } }],
    ['/rpc/shape', { method: 'POST', body: {} }],
    ['/rpc/nothing', { method: 'POST', body: {} }],
    ['/rpc/best?select=id&order=id', { method: 'POST', body: { minimum: 0.5 } }],
    ['/rpc/first_model?select=id,name,meta', { method: 'POST', body: {} }],
    // What is refused, and what a change answers; each leaves both in the same state.
    ['/models', { method: 'POST', body: { id: 60, name: 'sixty' } }],
    ['/models?select=id,name', { method: 'POST', body: [{ id: 61, name: 'x' }], headers: returned }],
    [
      '/models?on_conflict=id&select=id,name',
      {
        method: 'POST',
        body: [{ id: 61, name: 'y' }],
        headers: { prefer: 'resolution=merge-duplicates,return=representation' },
      },
    ],
    ['/models?id=eq.61&select=id,name', { method: 'PATCH', body: { name: 'z' }, headers: returned }],
    ['/models?id=eq.99&select=id', { method: 'PATCH', body: { name: 'z' }, headers: returned }],
    ['/models?id=eq.61', { method: 'DELETE' }],
    ['/models?id=eq.60&select=name', { method: 'DELETE', headers: returned }],
  ])('%s %j', async (path, sent = {}) => {
    const { ours, theirs } = await both(path, sent);
    expect(errorless(ours)).toEqual(errorless(theirs));
  });

  it.each<[string, Sent?]>([
    ['/nope'],
    ['/models?select=nope'],
    ['/models?id=eq.x'],
    ['/models?id=nope.1'],
    ['/rpc/nope', { method: 'POST', body: { a: 1 } }],
    ['/models', { method: 'POST', body: { id: 1, name: 'again' } }],
    ['/models', { method: 'POST', body: { id: 70 } }],
    ['/guarded', { method: 'POST', body: { id: 1 } }],
    ['/models', { headers: { accept: 'text/html' } }],
    ['/models', { headers: { 'accept-profile': 'auth' } }],
  ])('the same refusal of %s %j', async (path, sent = {}) => {
    const { ours, theirs } = await both(path, sent);
    expect([ours.status, ours.body.code]).toEqual([theirs.status, theirs.body.code]);
  });
});

/** Texts of refusals differ from one version of PostgREST to the next; codes do not. */
const errorless = ({ status, range, body }: Awaited<ReturnType<typeof send>>) =>
  status < 400 ? { status, range, body } : { status, body: { code: body?.code } };
