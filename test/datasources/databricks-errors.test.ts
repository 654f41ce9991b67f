import { describe, expect, it } from 'vitest';
import type { ActAs } from '../../src/domain/genie.ts';
import { readPage } from '../../src/domain/paging.ts';
import { json } from './scripted-server.ts';
import { failureOf, key, place, queryPlace, spaceKey, startWorkspace } from './support/databricks.ts';

const acts = {
  getSpace: (genie) => genie.getSpace(spaceKey),
  listSpaces: (genie) => genie.listSpaces(readPage({}, 'ada', 'list')),
  getMessage: (genie) => genie.getMessage(place),
  listMessages: (genie) => genie.listMessages(place, readPage({}, 'ada', 'list')),
  result: (genie) => genie.result(queryPlace, 10),
  ask: (genie) => genie.ask({ spaceKey, conversationKey: key(2), text: 'x' }),
  rerun: (genie) => genie.rerun(queryPlace),
} satisfies Record<string, (genie: Awaited<ReturnType<typeof startWorkspace>>['genie']) => Promise<unknown>>;

/** What a call comes to whose answer is this; a text is sent as a page. */
async function refusal(act: keyof typeof acts, status: number, body: unknown, actor: ActAs = 'USER') {
  await using workspace = await startWorkspace((_, response) =>
    typeof body === 'string'
      ? response.writeHead(status, { 'content-type': 'text/html' }).end(body)
      : json(response, status, body, { 'x-request-id': 'request-7' }),
  );
  return failureOf(acts[act](workspace.as(actor)));
}
const told = (error_code: unknown, message: string) => ({ error_code, message });
const node = 'Node /directories/4410/genie/01f0a1b2c3d4e5f60718293a4b5c6d7e';

describe('a refusal by 403', () => {
  it.each([
    [
      'not a member',
      told('PERMISSION_DENIED', 'Principal 7001112223334445 is not a member of this workspace.'),
    ],
    ['not a member', told('PERMISSION_DENIED', 'Unauthorized access to Org: 7001112223334445')],
    [
      'entitlement',
      told(
        'PERMISSION_DENIED',
        'This API is disabled for users without the databricks-sql-access entitlement.',
      ),
    ],
    [
      'too little access',
      told('PERMISSION_DENIED', `User 7001112223334445 does not have CAN_RUN on ${node}.`),
    ],
    ['CAN USE on the SQL warehouse', told('PERMISSION_DENIED', 'You do not have CAN USE on warehouse 9f8e.')],
    [
      'rights to the data',
      told('PERMISSION_DENIED', "User does not have SELECT on Table 'sales.core.orders'."),
    ],
    ['no right to Genie', told(403, 'Invalid scope')],
    ['no right to Genie', told(403, '')],
    [
      'network rules',
      told('PERMISSION_DENIED', 'Source IP address: 10.0.0.1 is blocked by Databricks IP ACL'),
    ],
    ['Most likely', told('PERMISSION_DENIED', 'No.')],
    ['Most likely', { schemas: ['x'], detail: 'Forbidden', status: '403' }],
    ['too little access', { error: `No view on ${node}` }],
    ['Most likely', '<html>403</html>'],
    ['Most likely', {}],
  ])('says that it is likely %s', async (cause, body) => {
    const asked = await refusal('getSpace', 403, body);
    expect(asked.code).toBe('FORBIDDEN');
    expect(asked.message.toLowerCase()).toContain(cause.toLowerCase());
    expect(asked.message).not.toMatch(/…|service principal/);
    const byApplication = await refusal('getSpace', 403, body, 'APP');
    expect(byApplication.code).toBe('FORBIDDEN');
    if (cause !== 'network rules') expect(byApplication.message).toMatch(/application/);
    expect(byApplication.message).not.toMatch(/…|\b[Yy]ou\b/);
  });
});

describe('what is not there', () => {
  const ofSpace = told('RESOURCE_DOES_NOT_EXIST', `Unable to get space [01f0]. ${node} does not exist.`);
  const of = (what: string) => told('RESOURCE_DOES_NOT_EXIST', `${what} 01f0 does not exist.`);

  it.each([
    ['getSpace', ofSpace, /not|no access.*ask its owner for CAN RUN/],
    ['getMessage', ofSpace, /Genie space/],
    ['getMessage', of('Message'), /no such question/],
    ['listMessages', of('Conversation'), /no such conversation/],
    ['ask', of('Conversation'), /no such conversation/],
    ['result', of('Attachment'), /rerunGenieQuery/],
    ['rerun', of('Attachment'), /no such question/],
    ['getSpace', { detail: 'gone', status: '404', scimType: 'x' }, /CAN RUN/],
    ['getSpace', { error: 'not found' }, /CAN RUN/],
    ['getSpace', {}, /no such object/],
  ] as const)('%s is told so, or that there is no access', async (act, body, message) => {
    expect(await refusal(act, 404, body)).toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringMatching(message),
      details: { upstream: 'databricks', requestId: 'request-7' },
    });
  });

  it('as the application names its service principal', async () => {
    expect((await refusal('getSpace', 404, ofSpace, 'APP')).message).toMatch(/service principal CAN RUN/);
  });

  it.each(['ENDPOINT_NOT_FOUND', 'FEATURE_DISABLED'])('%s is no missing row', async (code) => {
    expect((await refusal('getSpace', 404, told(code, 'No API found'))).code).toBe('UPSTREAM_ERROR');
  });

  it.each([
    [404, 'The query result has expired. Run the query again.'],
    [400, 'Query result expired for this space'],
    [410, 'Result is closed'],
  ])('rows that expired (%d) come again by running the query', async (status, message) => {
    const failure = await refusal('result', status, told('X', message));
    expect(failure).toMatchObject({ code: 'NOT_FOUND', message: expect.stringMatching(/rerunGenieQuery/) });
  });
});

describe('other refusals', () => {
  const html =
    '<html><title>Error 400 IncorrectClaimException: Expected iss claim to be https://x</title></html>';
  it.each([
    [
      400,
      told('INVALID_PARAMETER_VALUE', 'content is empty'),
      'BAD_USER_INPUT',
      'Genie refused this: content is empty',
    ],
    [
      400,
      told('BAD_REQUEST', `${node} of user 7001112223334445`),
      'BAD_USER_INPUT',
      /^Genie refused this: Node … of user …$/,
    ],
    [400, {}, 'BAD_USER_INPUT', 'Genie refused this.'],
    [400, html, 'UPSTREAM_ERROR', /token.*another tenant/],
    [401, told('UNAUTHENTICATED', 'expired'), 'UPSTREAM_ERROR', /refused the token/],
    [409, told('RESOURCE_CONFLICT', 'x'), 'CONFLICT', /still being answered/],
    [400, told('BAD_REQUEST', 'BLOCK_MULTIPLE_EXECUTIONS_EXCEPTION'), 'CONFLICT', /still being answered/],
    [429, told('RESOURCE_EXHAUSTED', 'x'), 'RATE_LIMITED', /no more questions/],
    [500, told('INTERNAL_ERROR', 'stack at /databricks/x/y'), 'UPSTREAM_ERROR', /error of its own/],
    [503, told('TEMPORARILY_UNAVAILABLE', 'x'), 'UPSTREAM_UNAVAILABLE', /not able to answer/],
    [504, told('DEADLINE_EXCEEDED', 'x'), 'UPSTREAM_UNAVAILABLE', /not able to answer/],
  ])('%d %j is %s', async (status, body, code, message) => {
    const expected = typeof message === 'string' ? message : expect.stringMatching(message);
    expect(await refusal('ask', status, body)).toMatchObject({ code, message: expected });
  });

  it('of a read by 429 names a second where the service names none', async () => {
    expect((await refusal('getMessage', 429, {})).details.retryAfterSeconds).toBe(1);
  });

  it('by a challenge asks for a new sign-in', async () => {
    const claims = '{"access_token":{}}';
    const challenge = `Bearer error="insufficient_claims", claims="${Buffer.from(claims).toString('base64')}"`;
    await using workspace = await startWorkspace((_, response) =>
      json(response, 401, {}, { 'www-authenticate': challenge }),
    );
    const failure = await failureOf(workspace.genie.getSpace(spaceKey));
    expect(failure).toMatchObject({ code: 'INTERACTION_REQUIRED', details: { claims } });
  });
});
