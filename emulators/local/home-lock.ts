import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { writeSecretFile } from '../kit/secret-file.ts';
import { isSameProcess, type ProcessMark, processMark } from './process-mark.ts';

/** The home is in use. */
export class HomeInUse extends Error {}

export type HomeLock = {
  /** A gateway that a start which ended without cleaning up left running; null if there is none. */
  orphan: ProcessMark | null;
  /** Notes the gateway's process, so that the next start finds it if this one cannot clean up. */
  noteGateway(pid: number): void;
  release(): void;
};

/** A database that nobody refers to is closed when memory is tidied, and its lock with it. */
const held = new Set<DatabaseSync>();

type Holder = { supervisor: ProcessMark; gateway: ProcessMark | null };

/**
 * Takes a home, which must be there, for this process alone. The lock is SQLite's lock on a file, which the kernel lifts when the process
 * ends, however it ends: there is no stale lock to judge, and a reused pid cannot be mistaken for the holder.
 * Throws HomeInUse with the holder's pid.
 */
export function lockHome(home: string): HomeLock {
  const holderFile = join(home, 'holder.json');
  const database = new DatabaseSync(join(home, 'lock.db'));
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    throw isBusy(error) ? inUse(home, readHolder(holderFile)) : error;
  }
  held.add(database);
  const left = readHolder(holderFile)?.gateway ?? null;
  const supervisor = processMark(process.pid);
  const note = (gateway: ProcessMark | null) => writeSecretFile(holderFile, { supervisor, gateway });
  const orphan = left && isSameProcess(left) ? left : null;
  note(orphan);
  return {
    orphan,
    noteGateway: (pid) => note(processMark(pid)),
    release: () => {
      rmSync(holderFile, { force: true });
      held.delete(database);
      database.close();
    },
  };
}

const sqliteBusy = 5;
const isBusy = (error: unknown): boolean => (error as { errcode?: number }).errcode === sqliteBusy;

const inUse = (home: string, holder: Holder | null) =>
  new HomeInUse(
    `${home} is already in use${holder ? ` by process ${holder.supervisor.pid}` : ''}. Stop it first, or set MLGRAPH_HOME to another folder.`,
  );

function readHolder(path: string): Holder | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Holder;
  } catch {
    return null;
  }
}
