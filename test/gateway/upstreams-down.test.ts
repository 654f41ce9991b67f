import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { freePort } from '../../emulators/local/ports.ts';
import { localProject } from '../../emulators/local/tenant.ts';
import { Agents, Sessions } from './operations.ts';
import { heard, openSession, send } from './support/chat.ts';
import { startStack } from './support/stack.ts';

/** Who listens on `port` passes everything on to `url`. */
async function openWay(port: number, url: string) {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const onward = connect(Number(target.port), target.hostname);
    for (const each of [socket, onward]) sockets.add(each.on('error', () => undefined));
    socket.pipe(onward).pipe(socket);
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

test('started while Foundry and the database are down, the gateway says so at once, and goes on when they are back', async () => {
  const ports = { foundry: await freePort(), supabase: await freePort() };
  await using stack = await startStack({
    chat: { pace: 2 },
    settings: {
      FOUNDRY_PROJECT_ENDPOINT: `http://127.0.0.1:${ports.foundry}/api/projects/${localProject}`,
      SUPABASE_URL: `http://127.0.0.1:${ports.supabase}`,
    },
  });
  expect((await fetch(new URL('/ready', stack.url))).status).toBe(200);
  const asks = { agents: () => stack.ask(Agents, {}), sessions: () => stack.ask(Sessions, {}) };
  for (const upstream of ['foundry', 'supabase']) {
    const ask = upstream === 'foundry' ? asks.agents : asks.sessions;
    for (let time = 1; time <= 3; time++) {
      const began = performance.now();
      const { data, errors } = await ask();
      expect(Object.values(data ?? {})).toEqual([null]);
      expect(errors.map(({ extensions }) => extensions)).toMatchObject([
        { code: 'UPSTREAM_UNAVAILABLE', upstream },
      ]);
      expect(performance.now() - began).toBeLessThan(3_000);
    }
  }
  expect((await fetch(new URL('/ready', stack.url))).status).toBe(200);

  const { foundry, supabase } = stack.emulators.urls;
  await using _foundry = await openWay(ports.foundry, foundry);
  await using _supabase = await openWay(ports.supabase, supabase ?? '');
  for (const ask of Object.values(asks))
    await expect.poll(async () => (await ask()).errors, { timeout: 15_000 }).toEqual([]);
  const sessionId = await openSession(stack);
  await send(stack, sessionId, 'Are you back?');
  expect((await heard(stack, sessionId)).at(-1)).toMatchObject({ message: { status: 'COMPLETED' } });
});
