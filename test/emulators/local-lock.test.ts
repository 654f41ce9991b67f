import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HomeInUse, lockHome } from '../../emulators/local/home-lock.ts';
import { endOrphan } from '../../emulators/local/orphan.ts';
import { isSameProcess, processMark } from '../../emulators/local/process-mark.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'mlgraph-lock-'));
});
afterEach(() => rmSync(home, { recursive: true }));

const holderScript = fileURLToPath(new URL('./support/lock-holder.ts', import.meta.url));
async function startHolder() {
  const holder = spawn(process.execPath, [holderScript, home], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(holder.stdout, 'data');
  const kill = async () => {
    holder.kill('SIGKILL');
    await once(holder, 'exit');
  };
  return { pid: holder.pid, gateway: Number(String(line)), kill };
}

describe('the home', () => {
  it('is refused while another process holds it, by its pid', async () => {
    const holder = await startHolder();
    expect(() => lockHome(home)).toThrow(HomeInUse);
    expect(() => lockHome(home)).toThrow(`by process ${holder.pid}`);
    await holder.kill();
    await endOrphan(processMark(holder.gateway));
  });

  it('is free at once when its holder was killed, and tells the gateway that was left', async () => {
    const holder = await startHolder();
    await holder.kill();
    const lock = lockHome(home);
    expect(lock.orphan?.pid).toBe(holder.gateway);
    await endOrphan(processMark(holder.gateway));
    expect(isSameProcess(processMark(holder.gateway))).toBe(false);
    lock.release();
  });

  it('takes no process for the gateway that merely has its pid', () => {
    const first = lockHome(home);
    first.noteGateway(process.pid);
    first.release();
    const file = join(home, 'holder.json');
    writeFileSync(
      file,
      JSON.stringify({ supervisor: null, gateway: { pid: process.pid, born: 'long ago' } }),
    );
    const second = lockHome(home);
    expect(second.orphan).toBeNull();
    second.release();
  });

  it('can be taken again after its release, and its notes are of the owner alone', () => {
    const first = lockHome(home);
    const file = join(home, 'holder.json');
    expect(JSON.parse(readFileSync(file, 'utf8')).supervisor.pid).toBe(process.pid);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(() => lockHome(home)).toThrow(HomeInUse);
    first.release();
    lockHome(home).release();
  });
});

it('a process that is left over is ended, even one that does not heed SIGTERM at once', async () => {
  const stubborn = spawn(process.execPath, [
    '-e',
    "process.on('SIGTERM', () => setTimeout(() => process.exit(), 200)); console.log('up'); setInterval(() => {}, 1000)",
  ]);
  await once(stubborn.stdout, 'data');
  const exited = vi.fn();
  stubborn.once('exit', exited);
  await endOrphan(processMark(stubborn.pid ?? 0));
  await vi.waitFor(() => expect(exited).toHaveBeenCalledWith(0, null));
});
