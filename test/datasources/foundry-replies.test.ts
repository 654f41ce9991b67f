import { describe, expect, it, vi } from 'vitest';
import { json } from './scripted-server.ts';
import {
  beginStream,
  collect,
  created,
  delta,
  ended,
  inProgress,
  message,
  projectPath,
  question,
  responseOf,
  sse,
  startProject,
  streaming,
} from './support/foundry.ts';

const usage = {
  input_tokens: 310,
  input_tokens_details: { cached_tokens: 0 },
  output_tokens: 9,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: 319,
};
const added = (item: object) => ({
  type: 'response.output_item.added',
  sequence_number: 2,
  output_index: 0,
  item,
});
const done = (item: object) => ({
  type: 'response.output_item.done',
  sequence_number: 3,
  output_index: 0,
  item,
});

describe('a reply', () => {
  it('is told as it comes, and ends with its whole text, citations and usage', async () => {
    const output = [
      message('You have 12 days', [
        {
          type: 'url_citation',
          url: 'https://hr.example/leave',
          title: 'Leave',
          start_index: 9,
          end_index: 16,
        },
        { type: 'url_citation', url: 'javascript:alert(1)', title: 'Bad', start_index: 0, end_index: 3 },
      ]),
      { type: 'mcp_call', id: 'mcp_1', name: 'x', output: '{}' },
      message(' left.', [
        { type: 'file_citation', file_id: 'file_1', filename: 'rules.pdf', index: 3 },
        { type: 'url_citation', url: 'https://hr.example/left', title: 'Left', start_index: 1, end_index: 5 },
        { type: 'file_path', file_id: 'file_1', index: 0 },
      ]),
    ];
    await using project = await startProject(
      streaming(
        created,
        inProgress(),
        { type: 'response.something_new' },
        delta('You have ', 4),
        { type: 'response.reasoning_text.delta' },
        delta('12 days', 5),
        delta(' left.', 6),
        ended('completed', { output, usage }),
      ),
    );
    const { events, error } = await collect(project.foundry.respond(question()));
    expect(error).toBeNull();
    expect(events).toEqual([
      { kind: 'created', responseId: 'resp_1' },
      // What came at once is told at once.
      { kind: 'delta', text: 'You have 12 days left.', sequence: 6 },
      {
        kind: 'ended',
        status: 'COMPLETED',
        text: 'You have 12 days left.',
        citations: [
          { title: 'Leave', url: 'https://hr.example/leave', startIndex: 9, endIndex: 16 },
          { title: 'Bad', url: null, startIndex: 0, endIndex: 3 },
          { title: 'rules.pdf', url: null, startIndex: null, endIndex: null },
          { title: 'Left', url: 'https://hr.example/left', startIndex: 17, endIndex: 21 },
        ],
        usage: { inputTokens: 310, outputTokens: 9, totalTokens: 319 },
        error: null,
      },
    ]);
  });

  it('is asked for by name, in the background, in the name of who asks', async () => {
    await using project = await startProject(streaming(created, ended('completed')));
    const metadata = {
      note: `${'é'.repeat(511)}🦊`,
      user_id: 'somebody else',
      ['k'.repeat(80)]: 'v',
      none: '',
    };
    await collect(project.foundry.respond(question({ metadata })));
    const [seen] = project.server.received;
    expect(seen).toMatchObject({ method: 'POST', url: `${projectPath}/openai/v1/responses` });
    expect(seen?.headers).toMatchObject({ authorization: 'Bearer secret-token' });
    const text = seen?.body.toString() ?? '';
    expect(text).not.toContain('secret-token');
    expect(JSON.parse(text)).toEqual({
      agent_reference: { type: 'agent_reference', name: 'storyteller' },
      conversation: 'conv_1',
      input: 'Tell me',
      stream: true,
      background: true,
      store: true,
      metadata: {
        user_id: 'oid-of-ada',
        tenant_id: 'tenant-of-ada',
        user_email: 'ada@example.com',
        user_name: 'Ada',
        asked_at: '2026-11-20T10:00:00.000Z',
        note: 'é'.repeat(511),
        ['k'.repeat(64)]: 'v',
      },
    });
  });

  it('has no more metadata than the service takes', async () => {
    await using project = await startProject(streaming(created, ended('completed')));
    const metadata = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`key${index}`, 'v']));
    await collect(project.foundry.respond(question({ metadata })));
    const sent = JSON.parse(project.server.received[0]?.body.toString() ?? '');
    expect(Object.keys(sent.metadata)).toHaveLength(16);
    expect(sent.metadata.user_id).toBe('oid-of-ada');
  });

  it('may answer approvals, or ask again after consent', async () => {
    await using project = await startProject(streaming(created, ended('completed')));
    const approvals = [
      { id: 'mcpr_5', approve: true, reason: null },
      { id: 'mcpr_6', approve: false, reason: 'too much' },
    ];
    await collect(project.foundry.respond(question({ input: { approvals } })));
    const afterConsent = { responseId: 'resp_0', question: 'Find it' };
    await collect(project.foundry.respond(question({ input: { afterConsent } })));
    const [first, second] = project.server.received.map(({ body }) => JSON.parse(body.toString()));
    expect(first.input).toEqual([
      { type: 'mcp_approval_response', approval_request_id: 'mcpr_5', approve: true },
      { type: 'mcp_approval_response', approval_request_id: 'mcpr_6', approve: false, reason: 'too much' },
    ]);
    expect(second).toMatchObject({ input: 'Find it', conversation: 'conv_1' });
    expect(second).not.toHaveProperty('previous_response_id');
  });

  it('is handed on event by event, wherever the stream is split', async () => {
    const events = [
      created,
      inProgress(),
      delta('søøt ', 2),
      delta('🦊', 3),
      ended('completed', { output: [message('søøt 🦊')] }),
    ];
    const bytes = Buffer.from(events.map(sse).join(''));
    let at = 0;
    await using project = await startProject(async (_, response) => {
      beginStream(response).flushHeaders();
      response.write(bytes.subarray(0, at));
      await new Promise((resolve) => setImmediate(resolve));
      response.end(bytes.subarray(at));
    });
    for (; at < bytes.length; at += 7) {
      const { text, end, error } = await collect(project.foundry.respond(question()));
      expect([text, end?.kind === 'ended' && end.text, error]).toEqual(['søøt 🦊', 'søøt 🦊', null]);
    }
  });

  it('hands on a delta before the next one is even sent', async () => {
    let next = () => {};
    await using project = await startProject(async (_, response) => {
      beginStream(response).write(sse(created));
      for (let count = 0; count < 3; count++) {
        await new Promise<void>((resolve) => {
          next = resolve;
        });
        response.write(sse(delta(`${count}`, 2 + count)));
      }
      await new Promise<void>((resolve) => {
        next = resolve;
      });
      response.end(sse(ended('completed')));
    });
    const seen: string[] = [];
    for await (const event of project.foundry.respond(question())) {
      seen.push(event.kind === 'delta' ? event.text : event.kind);
      next();
    }
    expect(seen).toEqual(['created', '0', '1', '2', 'ended']);
  });

  it('ends with its terminal event, though the stream stays open, and frees the connection', async () => {
    const closed = vi.fn();
    await using project = await startProject((_, response) => {
      response.once('close', closed);
      beginStream(response).write([created, ended('completed')].map(sse).join(''));
    });
    expect((await collect(project.foundry.respond(question()))).kinds).toEqual(['created', 'ended']);
    await vi.waitFor(() => expect(closed).toHaveBeenCalledOnce());
  });

  it('takes a trailing [DONE], refusals as text, and events told by their name alone', async () => {
    const { type, ...rest } = { ...delta('no.', 3), type: 'response.refusal.delta' };
    const output = [{ type: 'message', id: 'msg_1', content: [{ type: 'refusal', refusal: 'Sorry, no.' }] }];
    await using project = await startProject((_, response) =>
      beginStream(response).end(
        `${sse(created)}${sse({ ...delta('Sorry, ', 2), type })}event: ${type}\r\ndata: ${JSON.stringify(rest)}\r\n\r\ndata: [DONE]\n\n${sse(ended('completed', { output }))}`,
      ),
    );
    const { text, end } = await collect(project.foundry.respond(question()));
    expect(text).toBe('Sorry, no.');
    expect(end).toMatchObject({ text: 'Sorry, no.' });
  });

  it('whose end leaves out the text ends with what came', async () => {
    await using project = await startProject(streaming(created, delta('all of it', 2), ended('completed')));
    expect((await collect(project.foundry.respond(question()))).end).toMatchObject({ text: 'all of it' });
  });
});

describe('an end', () => {
  const failed = (code: string | null, text = 'it broke') =>
    ended('failed', { error: { code, message: text }, usage });
  it.each([
    ['cancelled', ended('cancelled'), { status: 'CANCELED', error: null }],
    ['failed', failed('server_error'), { status: 'FAILED', error: { code: 'UPSTREAM_UNAVAILABLE' } }],
    [
      'failed for no known reason',
      failed(null),
      { status: 'FAILED', error: { code: 'UPSTREAM_ERROR', message: 'foundry failed: it broke' } },
    ],
    [
      'failed by the content filter',
      failed('content_filter'),
      { status: 'FAILED', error: { code: 'CONTENT_FILTERED' } },
    ],
    [
      'failed by a quota',
      failed('rate_limit_exceeded', 'Please try again in 1.2s.'),
      { status: 'FAILED', error: { code: 'RATE_LIMITED', retryAfterSeconds: 2 } },
    ],
    [
      'failed by a quota that names no wait',
      failed('rate_limit_exceeded'),
      { status: 'FAILED', error: { code: 'RATE_LIMITED', retryAfterSeconds: 1 } },
    ],
    [
      'incomplete by its length',
      ended('incomplete', { incomplete_details: { reason: 'max_output_tokens' }, output: [message('Once')] }),
      { status: 'INCOMPLETE', text: 'Once', error: { message: 'The answer reached its longest length.' } },
    ],
    [
      'incomplete by the content filter after some text',
      ended('incomplete', { incomplete_details: { reason: 'content_filter' }, output: [message('Once')] }),
      { status: 'INCOMPLETE', text: 'Once', error: { code: 'CONTENT_FILTERED' } },
    ],
    [
      'incomplete by the content filter before any text',
      ended('incomplete', { incomplete_details: { reason: 'content_filter' } }),
      { status: 'FAILED', text: '', error: { code: 'CONTENT_FILTERED' } },
    ],
  ])('%s is told as such', async (_, event, expected) => {
    await using project = await startProject(streaming(created, event));
    const { kinds, end, error } = await collect(project.foundry.respond(question()));
    expect(kinds).toEqual(['created', 'ended']);
    expect(end).toMatchObject(expected);
    expect(error).toBeNull();
  });

  it('carries the usage of what failed', async () => {
    await using project = await startProject(streaming(created, failed('server_error')));
    const { end } = await collect(project.foundry.respond(question()));
    expect(end).toMatchObject({ usage: { totalTokens: 319 } });
  });

  it('says no more of the upstream’s words than a client may see', async () => {
    const words = 'tool at https://mcp.example/x?sig=secret failed for ada@example.com';
    await using project = await startProject(streaming(created, failed(null, words)));
    const { end } = await collect(project.foundry.respond(question()));
    expect(JSON.stringify(end)).not.toMatch(/https|secret|ada@/);
    expect(JSON.stringify(end)).toContain('foundry failed: tool at');
  });
});

describe('a stream', () => {
  it.each([
    ['ends cleanly without an end', (response) => response.end()],
    ['is dropped', (response) => response.destroy()],
    ['ends within its last event', (response) => response.end(sse(ended('completed')).slice(0, -1))],
  ] satisfies [string, (response: import('node:http').ServerResponse) => unknown][])(
    'that %s is reported as cut, with all that came before',
    async (_, finish) => {
      await using project = await startProject(async (_, response) => {
        beginStream(response);
        await new Promise((resolve) =>
          response.write([created, delta('Once upon', 2)].map(sse).join(''), resolve),
        );
        finish(response);
      });
      const { text, end, error } = await collect(project.foundry.respond(question()));
      expect([text, end]).toEqual(['Once upon', null]);
      expect(error).toMatchObject({ code: 'UPSTREAM_ERROR', message: 'foundry broke off its answer.' });
      expect(project.server.received).toHaveLength(1);
    },
  );

  it.each([
    ['before its first byte', '', { firstByteMs: 40 }],
    ['in the middle', sse(created), { idleMs: 40 }],
    ['in all but comments', sse(created), { totalMs: 120 }],
  ])('that stalls %s is a timeout', async (_, text, limits) => {
    await using project = await startProject((_, response) => {
      beginStream(response).flushHeaders();
      if (text) response.write(text);
      if ('totalMs' in limits) {
        const pinging = setInterval(() => response.write(': ping\n\n'), 10);
        response.once('close', () => clearInterval(pinging));
      }
    }, limits);
    const { error } = await collect(project.foundry.respond(question()));
    expect(error).toMatchObject({ code: 'UPSTREAM_TIMEOUT', details: { upstream: 'foundry' } });
  });

  it.each([
    [
      'flat',
      { type: 'error', sequence_number: 5, code: 'server_error', message: 'tool failed', param: null },
      'UPSTREAM_UNAVAILABLE',
      undefined,
    ],
    [
      'nested',
      { type: 'error', error: { code: 'rate_limit_exceeded', message: 'Retry after 26 seconds' } },
      'RATE_LIMITED',
      26,
    ],
    ['bare', { type: 'error' }, 'UPSTREAM_ERROR', undefined],
    ['numbered', { type: 'error', error: { code: 500, message: null } }, 'UPSTREAM_ERROR', undefined],
  ])('with an error event, %s, fails by it', async (_, event, code, retryAfterSeconds) => {
    await using project = await startProject(streaming(created, delta('Once', 2), event));
    const { text, end, error } = await collect(project.foundry.respond(question()));
    expect([text, end]).toEqual(['Once', null]);
    expect(error?.code).toBe(code);
    expect(error?.details).toEqual({
      upstream: 'foundry',
      ...(retryAfterSeconds ? { retryAfterSeconds } : {}),
    });
  });

  it.each([
    ['broken JSON', 'event: response.output_text.delta\ndata: {"delta": "secre\n\n'],
    ['a known event of another shape', sse({ ...delta('x', 3), delta: { secret: 1 } } as never)],
    ['an end that is none', sse({ ...ended('completed'), response: responseOf('in_progress') } as never)],
    ['an event without end', `data: ${'x'.repeat(17 * 1024 * 1024)}`],
  ])('with %s is unreadable, and its connection freed', async (_, broken) => {
    const closed = vi.fn();
    await using project = await startProject((_, response) => {
      response.once('close', closed);
      beginStream(response).write(`${sse(created)}${sse(delta('Once', 2))}${broken}`);
    });
    const { text, error } = await collect(project.foundry.respond(question()));
    expect(text).toBe('Once');
    expect(error).toMatchObject({ code: 'UPSTREAM_ERROR' });
    expect(String(error?.cause)).not.toContain('secre');
    await vi.waitFor(() => expect(closed).toHaveBeenCalledOnce());
  });

  it('that is none is unreadable', async () => {
    await using project = await startProject((_, response) => json(response, 200, responseOf('completed')));
    expect((await collect(project.foundry.respond(question()))).error?.code).toBe('UPSTREAM_ERROR');
  });

  it('whose reader aborts is dropped at once, with the reader’s own reason', async () => {
    const closed = vi.fn();
    await using project = await startProject((_, response) => {
      response.once('close', closed);
      beginStream(response).write(sse(created));
    });
    const ending = new AbortController();
    const reading = project.foundry.respond(question({ signal: ending.signal }))[Symbol.asyncIterator]();
    expect((await reading.next()).value).toMatchObject({ kind: 'created' });
    const waiting = reading.next();
    const reason = new Error('left');
    ending.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    await vi.waitFor(() => expect(closed).toHaveBeenCalledOnce());
  });
});

describe('a refusal before the stream', () => {
  const filtered = (inner: string, results: string) => ({
    error: {
      code: null,
      message: 'The prompt was blocked.',
      [inner]: { code: 'ResponsibleAIPolicyViolation', [results]: { violence: { filtered: true } } },
    },
  });
  it.each([
    [
      'content filter',
      400,
      { error: { code: 'content_filter', message: 'blocked' } },
      'CONTENT_FILTERED',
      'The content filter refused this.',
    ],
    [
      'content filter, inner',
      400,
      filtered('innererror', 'content_filter_result'),
      'CONTENT_FILTERED',
      'The content filter refused this.',
    ],
    [
      'content filter, other spelling',
      400,
      filtered('inner_error', 'content_filter_results'),
      'CONTENT_FILTERED',
      'The content filter refused this.',
    ],
    [
      'locked conversation',
      400,
      { error: { code: 'conversation_locked', param: 'conversation', message: 'x' } },
      'CONFLICT',
      'Another answer is under way in this conversation.',
    ],
    [
      'limit',
      400,
      { error: { code: 'content_size_exceeded', message: 'Too long' } },
      'BAD_USER_INPUT',
      'foundry refused the input: Too long',
    ],
    [
      'missing agent',
      404,
      { error: { code: 'not_found', message: 'x' } },
      'NOT_FOUND',
      'There is no such agent or conversation.',
    ],
    [
      'disabled agent',
      409,
      { error: { code: 'agent_disabled', message: 'x' } },
      'CONFLICT',
      'This agent is switched off.',
    ],
    [
      'refused token',
      401,
      { error: { code: 'x', message: 'x' } },
      'UPSTREAM_ERROR',
      'foundry refused the token.',
    ],
    [
      'missing action',
      403,
      {
        error: {
          code: 'PermissionDenied',
          message:
            'The principal `0b1f6471-1bf0-4dda-aec3-111122223333` lacks the required data action `Microsoft.CognitiveServices/accounts/AIServices/agents/write` to perform `POST /x` operation.',
        },
      },
      'FORBIDDEN',
      'foundry refused: it needs the right to Microsoft.CognitiveServices/accounts/AIServices/agents/write.',
    ],
    ['missing right', 403, { error: { code: 'x', message: 'x' } }, 'FORBIDDEN', 'foundry refused access.'],
    [
      'unable service',
      500,
      { error: { code: 'server_error', message: 'x' } },
      'UPSTREAM_UNAVAILABLE',
      'foundry is not able to answer now.',
    ],
    ['null error', 400, { error: null }, 'BAD_USER_INPUT', 'foundry refused the input.'],
  ])('%s', async (_, status, body, code, text) => {
    await using project = await startProject((_, response) => json(response, status, body));
    const { events, error } = await collect(project.foundry.respond(question()));
    expect(events).toEqual([]);
    expect(error).toMatchObject({ code, message: text, details: { upstream: 'foundry' } });
    expect(project.server.received).toHaveLength(1);
  });

  it.each([
    ['the header', { 'retry-after': '7' }, 'x', 7],
    ['its finer form', { 'retry-after-ms': '1500' }, 'x', 2],
    ['the words', {}, 'Rate limit reached, please retry after 26 seconds.', 26],
    ['other words', {}, 'Try again in 350ms', 1],
    ['nothing but habit', {}, 'x', 1],
  ])('429 says how long to wait, by %s', async (_, headers, text, retryAfterSeconds) => {
    await using project = await startProject((_, response) =>
      json(response, 429, { error: { code: 'too_many_requests', message: text } }, headers),
    );
    const { error } = await collect(project.foundry.respond(question()));
    expect(error).toMatchObject({ code: 'RATE_LIMITED', details: { retryAfterSeconds } });
  });

  it('is given to names that nothing can have, without a call', async () => {
    await using project = await startProject(streaming(created));
    for (const more of [
      { agentName: '../agents' },
      { conversationId: 'conv_1/../../x' },
      { input: { approvals: [{ id: 'a b', approve: true, reason: null }] } },
    ]) {
      expect((await collect(project.foundry.respond(question(more)))).error?.code).toBe('NOT_FOUND');
    }
    expect(project.server.received).toEqual([]);
  });
});

describe('a request for approval', () => {
  const request = {
    type: 'mcp_approval_request',
    id: 'mcpr_5',
    server_label: 'payroll',
    name: 'get_balance',
    arguments: '{"year":2026}',
  };
  const approval = {
    id: 'mcpr_5',
    toolName: 'get_balance',
    serverLabel: 'payroll',
    arguments: '{"year":2026}',
  };

  it('is told once, with its arguments, before the end', async () => {
    const unfinished = { ...request, arguments: '' };
    await using project = await startProject(
      streaming(created, added(unfinished), done(request), ended('completed', { output: [request] })),
    );
    const { kinds, events, end } = await collect(project.foundry.respond(question()));
    expect(kinds).toEqual(['created', 'approval', 'ended']);
    expect(events[1]).toEqual({ kind: 'approval', approval });
    expect(end).toMatchObject({ status: 'COMPLETED', error: null });
  });

  it('is found at the end too', async () => {
    const two = [request, { ...request, id: 'mcpr_6' }];
    await using project = await startProject(streaming(created, ended('completed', { output: two })));
    expect((await collect(project.foundry.respond(question()))).kinds).toEqual([
      'created',
      'approval',
      'approval',
      'ended',
    ]);
  });
});

describe('a request for consent', () => {
  const consent_link = 'https://login.example/consent?code=1';
  const request = { type: 'oauth_consent_request', id: 'oauthreq_1', server_label: 'calendar', consent_link };
  const told = { kind: 'consent', consent: { id: 'oauthreq_1', serverLabel: 'calendar', url: consent_link } };
  const { type: _, id, ...flat } = request;
  const event = (fields: object) => ({
    type: 'response.oauth_consent_requested',
    sequence_number: 4,
    ...fields,
  });

  it.each([
    ['an item', [added(request), done(request)]],
    ['an event and an item', [event({ ...flat, id }), done(request)]],
    ['an event with the item', [event({ item: request }), event({ item: request })]],
    ['an event of another id', [done(request), event({ ...flat, id: 'event_9' })]],
    ['nothing but the end', []],
  ])('as %s is told once', async (_, events) => {
    await using project = await startProject(
      streaming(created, ...events, ended('completed', { output: [request] })),
    );
    const reply = await collect(project.foundry.respond(question()));
    expect(reply.kinds).toEqual(['created', 'consent', 'ended']);
    expect(reply.events[1]).toEqual(told);
    expect(reply.end).toMatchObject({ status: 'COMPLETED' });
  });

  it('may end incomplete', async () => {
    await using project = await startProject(streaming(created, ended('incomplete', { output: [request] })));
    expect((await collect(project.foundry.respond(question()))).end).toMatchObject({
      status: 'COMPLETED',
      error: null,
    });
  });

  it.each(['http://login.example/x', 'javascript:alert(1)', 'not a link', null])(
    'with the link %s is not passed on',
    async (link) => {
      const item = { ...request, consent_link: link };
      await using project = await startProject(
        streaming(created, done(item), ended('completed', { output: [item] })),
      );
      const reply = await collect(project.foundry.respond(question()));
      expect(reply.kinds).toEqual(['created', 'ended']);
      expect(reply.end).toMatchObject({ status: 'FAILED', error: { code: 'UPSTREAM_ERROR' } });
    },
  );
});

it('what a snapshot adds stands at its place in the stream', async () => {
  await using project = await startProject(
    streaming(created, Object.assign(inProgress('Once upon'), { sequence_number: 8 }), ended('completed')),
  );
  const { events } = await collect(project.foundry.respond(question()));
  expect(events[1]).toEqual({ kind: 'delta', text: 'Once upon', sequence: 8 });
});

describe('a stream that begins again from a snapshot', () => {
  it.each([
    [
      'repeats what was told',
      [delta('Once ', 2), delta('upon', 3), inProgress('Once '), delta('upon a', 9)],
      'Once upon a',
    ],
    [
      'repeats all of it',
      [delta('Once ', 2), delta('upon', 3), inProgress(), delta('Once upo', 9), delta('n a', 10)],
      'Once upon a',
    ],
    [
      'is further than what was told',
      [delta('Once ', 2), inProgress('Once upon'), delta(' a', 9)],
      'Once upon a',
    ],
    [
      'tells other words',
      [delta('Once ', 2), delta('upon', 3), inProgress('Twice'), delta(' more', 9)],
      'Once upon',
    ],
  ])('and %s hands nothing on twice', async (_, events, expected) => {
    await using project = await startProject(
      streaming(created, inProgress(), ...events, ended('completed', { output: [message('The whole')] })),
    );
    const { text, end } = await collect(project.foundry.respond(question()));
    expect(text).toBe(expected);
    expect(end).toMatchObject({ text: 'The whole' });
  });
});

describe('reading on', () => {
  const rest = [delta('upon', 5), ended('completed', { output: [message('Once upon')] })];

  it('asks for what is behind the last event', async () => {
    await using project = await startProject(streaming(...rest));
    const { signal } = new AbortController();
    const { events } = await collect(project.foundry.resume({ responseId: 'resp_1', after: 4, signal }));
    expect(project.server.received[0]).toMatchObject({
      method: 'GET',
      url: `${projectPath}/openai/v1/responses/resp_1?stream=true&starting_after=4`,
    });
    expect(events).toMatchObject([
      { kind: 'delta', text: 'upon', sequence: 5 },
      { kind: 'ended', text: 'Once upon' },
    ]);
  });

  it('repeats nothing of a snapshot where it knows what was told', async () => {
    await using project = await startProject(
      streaming(inProgress('Once up'), delta('on a', 9), ended('completed')),
    );
    const { signal } = new AbortController();
    const known = await collect(
      project.foundry.resume({ responseId: 'resp_1', after: 4, text: 'Once ', signal }),
    );
    expect(known.text).toBe('upon a');
    expect(known.end).toMatchObject({ text: 'Once upon a' });
    const unknown = await collect(project.foundry.resume({ responseId: 'resp_1', after: 4, signal }));
    expect(unknown.text).toBe('');
  });

  it('of what is not kept is NOT_FOUND, and a transient failure is tried again', async () => {
    await using project = await startProject((request, response, count) => {
      if (count === 1) return json(response, 503, {});
      if (count === 2) return streaming(...rest)(request, response, count);
      return json(response, 404, { error: { code: 'not_found', message: 'x' } });
    });
    const { signal } = new AbortController();
    const position = { responseId: 'resp_1', after: 4, signal };
    expect((await collect(project.foundry.resume(position))).text).toBe('upon');
    expect((await collect(project.foundry.resume(position))).error?.code).toBe('NOT_FOUND');
    const outside = { ...position, responseId: '../agents' };
    expect((await collect(project.foundry.resume(outside))).error?.code).toBe('NOT_FOUND');
    expect(project.server.received).toHaveLength(3);
  });
});
