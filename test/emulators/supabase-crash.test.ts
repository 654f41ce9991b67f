import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { clientOf, mint } from '../database/support/project.ts';

const program = fileURLToPath(new URL('./support/supabase-process.ts', import.meta.url));

async function start(home: string) {
  const child = spawn(process.execPath, [program, home], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(child.stdout, 'data');
  const kill = async () => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  return { agents: clientOf(String(line).trim(), mint('ada')).from('agents'), kill };
}

it('has after a SIGKILL all that was acknowledged before it, and goes on', async () => {
  const home = await mkdtemp(join(tmpdir(), 'mlgraph-test-'));
  const first = await start(home);
  for (let n = 0; n < 20; n += 1)
    expect((await first.agents.insert({ name: `agent ${n}` })).status).toBe(201);
  const unanswered = first.agents.insert({ name: 'half-way' });
  await Promise.all([unanswered, first.kill()]);
  const second = await start(home);
  try {
    const { data } = await second.agents.select('name').like('name', 'agent %');
    expect(data).toHaveLength(20);
    expect((await second.agents.insert({ name: 'after' })).status).toBe(201);
  } finally {
    await second.kill();
    await rm(home, { recursive: true, force: true });
  }
});
