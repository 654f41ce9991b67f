import { describe, expect, test } from 'vitest';
import { data, type Reply } from './support/server.ts';
import { type SignedIn, signedIn } from './support/signed-in.ts';
import { mlgraph } from './support/world.ts';

const event = (kind: string, cursor: string, more: object = {}, messageId = 'reply-1') => ({
  data: {
    chatReply: { __typename: kind, cursor, messageId, at: '2026-01-05T08:30:00Z', ...more },
  },
});
const started = event('ReplyStarted', '0');
const delta = (cursor: string, text: string) => event('ReplyDelta', cursor, { text });
const completed = (content: string, status = 'COMPLETED') =>
  event('ReplyCompleted', '99', {
    message: { id: 'reply-1', status, content, citations: [], usage: null },
  });
const approval = { id: 'a-1', toolName: 'search', serverLabel: 'docs', arguments: '{"q":"iris"}' };
const asks = event('ToolApprovalRequested', '5', { approval });

/** An agent that a session was begun with, and whose replies stream like this. */
async function agent(streams: Reply[], options: Parameters<typeof signedIn>[0] = {}): Promise<SignedIn> {
  const all = await signedIn(options);
  const { api } = all;
  const nodes = [{ id: 'agent-1', name: 'storyteller', description: null, enabled: true }];
  api.on('Agents', data({ agents: { nodes, pageInfo: { hasNextPage: false } } }));
  api.on('CreateSession', data({ createSession: { session: { id: 'session-1', title: 't' } } }));
  api.on(
    'SendMessage',
    data({ sendMessage: { message: { id: 'm' }, reply: { id: 'reply-1', status: 'PENDING' } } }),
  );
  api.on(
    'DecideToolApproval',
    data({ decideToolApproval: { reply: { id: 'reply-1', status: 'STREAMING' } } }),
  );
  api.on('ResumeReply', data({ resumeReply: { reply: { id: 'reply-1', status: 'STREAMING' } } }));
  api.on('CancelReply', data({ cancelReply: { reply: { id: 'reply-1', status: 'CANCELED' } } }));
  api.on('ChatReply', ...streams);
  return all;
}

const sentBy = ({ api }: SignedIn, operation: string) =>
  api.calls.filter((call) => call.operation === operation).map(({ variables }) => variables);

const chat = (...more: string[]) => ['chat', 'Storyteller', ...more];

describe('chat with one message', () => {
  test('prints the words as they come, on stdout and nothing else there', async () => {
    const all = await agent([
      { events: [started, delta('1', 'Irises '), delta('2', 'bloom.'), completed('Irises bloom.')] },
    ]);
    const { code, out, err } = await mlgraph(chat('Tell me.'), all.world);
    expect([code, out]).toEqual([0, 'Irises bloom.\n']);
    expect(err).toBe('Session session-1\n');
    expect(sentBy(all, 'CreateSession')).toEqual([{ input: { agentId: 'agent-1' } }]);
    expect(sentBy(all, 'SendMessage')[0]).toMatchObject({
      input: { sessionId: 'session-1', content: 'Tell me.' },
    });
  });

  test('takes the message from stdin', async () => {
    const all = await agent([{ events: [completed('Yes.')] }], { stdin: 'A long report' });
    expect((await mlgraph(chat('-'), all.world)).out).toBe('Yes.\n');
    expect(sentBy(all, 'SendMessage')[0]).toMatchObject({ input: { content: 'A long report' } });
  });

  test('a cut stream goes on by its cursor: each word once', async () => {
    const all = await agent([
      { events: [started, delta('1', 'Irises ')], cut: true },
      { events: [delta('2', 'bloom.'), completed('Irises bloom.')] },
    ]);
    expect((await mlgraph(chat('Tell me.'), all.world)).out).toBe('Irises bloom.\n');
    expect(sentBy(all, 'ChatReply').map(({ after }) => after)).toEqual([null, '1']);
  });

  test('a stream that begins again repeats no word', async () => {
    const expired = { errors: [{ message: 'Gone.', extensions: { code: 'CURSOR_EXPIRED' } }] };
    const all = await agent([
      { events: [started, delta('1', 'Irises ')], cut: true },
      { events: [expired] },
      { events: [started, delta('7', 'Iri'), delta('8', 'ses bloom.'), completed('Irises bloom.')] },
    ]);
    expect((await mlgraph(chat('Tell me.'), all.world)).out).toBe('Irises bloom.\n');
  });

  test('what counts is the text at the end', async () => {
    const all = await agent([{ events: [started, delta('1', 'Foo'), completed('Bar')] }]);
    expect((await mlgraph(chat('x'), all.world)).out).toBe('Foo\n\nBar\n');
  });

  test('--json: a line an event', async () => {
    const all = await agent([{ events: [started, delta('1', 'Hi'), completed('Hi')] }]);
    const { out, err } = await mlgraph(chat('x', '--json'), all.world);
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map((line) => line.type ?? line.__typename)).toEqual([
      'session',
      'ReplyStarted',
      'ReplyDelta',
      'ReplyCompleted',
    ]);
    expect(err).toBe('');
  });

  test.each([
    [
      'a reply that failed',
      event('ReplyFailed', '9', { code: 'UPSTREAM_ERROR', reason: 'It broke.', retryAfterSeconds: null }),
      1,
    ],
    [
      'too many requests',
      event('ReplyFailed', '9', { code: 'RATE_LIMITED', reason: 'Slow.', retryAfterSeconds: 9 }),
      6,
    ],
    [
      'a filter',
      event('ReplyFailed', '9', { code: 'CONTENT_FILTERED', reason: 'No.', retryAfterSeconds: null }),
      4,
    ],
    ['a cancellation', completed('Half', 'CANCELED'), 9],
  ])('%s has its exit code', async (_, end, exitCode) => {
    const all = await agent([{ events: [started, end] }]);
    expect((await mlgraph(chat('x'), all.world)).code).toBe(exitCode);
  });

  test('an agent that is not there: those that are', async () => {
    const all = await agent([]);
    const { code, err } = await mlgraph(['chat', 'poet', 'x'], all.world);
    expect(code).toBe(5);
    expect(err).toContain('There are: storyteller');
  });

  test('without a terminal and a message says what to say', async () => {
    const all = await agent([]);
    const { code, err } = await mlgraph(chat(), all.world);
    expect(code).toBe(2);
    expect(err).toContain('mlgraph chat AGENT "message"');
  });
});

describe('an approval', () => {
  const stream: Reply = { events: [started, asks, delta('6', 'Found.'), completed('Found.')] };

  test.each([
    ['y', true],
    ['', false],
  ])('is asked for at a terminal: "%s" means %s', async (answer, approve) => {
    const all = await agent([stream], { tty: true, answers: [answer] });
    const { code, err } = await mlgraph(chat('x'), all.world);
    expect(code).toBe(0);
    expect(err).toContain('The agent asks to use search of docs with {"q":"iris"}.');
    expect(sentBy(all, 'DecideToolApproval')).toEqual([
      { input: { messageId: 'reply-1', approvalId: 'a-1', approve } },
    ]);
  });

  test('is given or refused by an option', async () => {
    for (const [option, approve] of [
      ['--approve', true],
      ['--deny', false],
    ] as const) {
      const all = await agent([stream]);
      expect((await mlgraph(chat('x', option), all.world)).code).toBe(0);
      expect(sentBy(all, 'DecideToolApproval')).toMatchObject([{ input: { approve } }]);
    }
    const all = await agent([stream]);
    expect((await mlgraph(chat('x', '--approve', '--deny'), all.world)).code).toBe(2);
  });

  test('that nobody can give leaves the reply waiting, and is given later', async () => {
    const all = await agent([stream, { events: [delta('6', ' Found.'), completed('Well. Found.')] }]);
    const { code, err } = await mlgraph(chat('x'), all.world);
    expect(code).toBe(4);
    expect(err).toContain('--session session-1 --approve');
    expect(sentBy(all, 'DecideToolApproval')).toEqual([]);
    const latest = {
      id: 'reply-1',
      role: 'ASSISTANT',
      status: 'WAITING_FOR_APPROVAL',
      content: 'Well.',
      streamCursor: '5',
      pendingApprovals: [approval],
      pendingConsents: [],
    };
    all.api.on(
      'LatestMessage',
      data({ node: { __typename: 'Session', id: 's', messages: { nodes: [latest] } } }),
    );
    const later = await mlgraph(chat('--session', 'session-1', '--approve'), all.world);
    expect([later.code, later.out]).toEqual([0, 'Well. Found.\n']);
    expect(sentBy(all, 'DecideToolApproval')).toHaveLength(1);
    expect(sentBy(all, 'ChatReply').at(-1)?.after).toBe('5');
  });
});

describe('a consent', () => {
  const consent = (url: string) =>
    event('ConsentRequired', '5', { consent: { id: 'c', serverLabel: 'mail', url } });

  test('opens the page, and goes on when it was given', async () => {
    const all = await agent(
      [{ events: [started, consent('https://consent.example/x'), completed('Done.')] }],
      {
        tty: true,
        answers: [''],
      },
    );
    expect((await mlgraph(chat('x'), all.world)).code).toBe(0);
    expect(all.world.opened).toEqual(['https://consent.example/x']);
    expect(sentBy(all, 'ResumeReply')).toEqual([{ messageId: 'reply-1' }]);
  });

  test('that is no page of the web is never opened', async () => {
    const all = await agent([{ events: [started, consent('file:///etc/passwd')] }], {
      tty: true,
      answers: [''],
    });
    expect((await mlgraph(chat('x'), all.world)).code).toBe(3);
    expect(all.world.opened).toEqual([]);
  });
});

describe('a conversation', () => {
  test('goes line by line until the input ends, also over an answer that failed', async () => {
    const all = await agent(
      [
        {
          events: [
            started,
            event('ReplyFailed', '9', { code: 'CONTENT_FILTERED', reason: 'No.', retryAfterSeconds: null }),
          ],
        },
        { events: [completed('Hello.')] },
      ],
      { tty: true, answers: ['bad words', '', 'good words'] },
    );
    const { code, out, err } = await mlgraph(chat(), all.world);
    expect([code, out]).toEqual([0, 'Hello.\n']);
    expect(err).toContain('Say it in other words.');
    expect(sentBy(all, 'SendMessage').map(({ input }) => (input as { content: string }).content)).toEqual([
      'bad words',
      'good words',
    ]);
    expect(sentBy(all, 'CreateSession')).toHaveLength(1);
  });

  test('Ctrl-C cancels the reply, and the conversation goes on', async () => {
    const all = await agent([{ events: [] }], { tty: true, answers: ['x'] });
    let release = () => {};
    const canceled = new Promise<void>((resolve) => {
      release = resolve;
    });
    all.api.on('CancelReply', () => {
      release();
      return data({ cancelReply: { reply: { id: 'reply-1', status: 'CANCELED' } } });
    });
    all.api.on('ChatReply', async () => {
      all.world.interrupt();
      await canceled;
      return { events: [started, completed('Half', 'CANCELED')] };
    });
    const { code, err, out } = await mlgraph(chat(), all.world);
    expect([code, out]).toEqual([0, 'Half\n']);
    expect(err).toContain('The reply was canceled.');
    expect(sentBy(all, 'CancelReply')).toEqual([{ messageId: 'reply-1' }]);
  });
});
