import { hashOfApiKey, isApiKeySecret, prefixOfApiKey } from './api-key-secret.ts';
import { type Scope, scopes } from './callers.ts';

/** A key that the operator wrote down. */
export type ConfiguredKey = {
  /** Unique; also its id. */
  name: string;
  scopes: readonly Scope[];
  prefix: string;
  /** `hashOfApiKey` of its secret, which is not kept. */
  hash: string;
};

export type ConfiguredKeys = {
  keys: readonly ConfiguredKey[];
  /** What is wrong with the lines left out, by their number; never what they hold. */
  faults: readonly string[];
};

type Line = { at: string; text: string };

/** `NAME SCOPE,SCOPE KEY`, one a line or between semicolons; empty lines and those that begin with # are passed over. */
export function parseConfiguredKeys(text: string): ConfiguredKeys {
  const keys: ConfiguredKey[] = [];
  const faults: string[] = [];
  for (const { at, text: line } of linesOf(text)) {
    const key = parseLine(line);
    const fault = typeof key === 'string' ? key : faultBeside(key, keys);
    if (fault !== null) faults.push(`${at}: ${fault}`);
    else if (typeof key !== 'string') keys.push(key);
  }
  return { keys, faults };
}

function linesOf(text: string): Line[] {
  const lines = text.split(/\r?\n/).flatMap((line, index) => {
    if (line.trim().startsWith('#')) return [];
    const parts = line.split(';');
    const at = (part: number) => `line ${index + 1}${parts.length > 1 ? `, key ${part + 1}` : ''}`;
    return parts.map((part, number) => ({ at: at(number), text: part.trim() }));
  });
  return lines.filter(({ text: part }) => part !== '');
}

/** Its fault, where it has one. */
function parseLine(line: string): ConfiguredKey | string {
  const [name = '', scopeList = '', secret = '', ...more] = line.split(/\s+/);
  if (secret === '' || more.length > 0)
    return 'a name, scopes with commas between them, and a key were expected';
  if (!/^[a-z][a-z0-9-]{0,62}$/.test(name))
    return 'the name: small letters, digits and hyphens were expected';
  const asked = scopeList.split(',');
  if (!asked.every((scope) => scopes.includes(scope as Scope)))
    return `the scopes: some of ${scopes.join(',')} were expected`;
  if (!isApiKeySecret(secret)) return 'the key: this is none, or a character of it is wrong';
  const prefix = prefixOfApiKey(secret) ?? '';
  return {
    name,
    scopes: scopes.filter((scope) => asked.includes(scope)),
    prefix,
    hash: hashOfApiKey(secret),
  };
}

function faultBeside({ name, hash }: ConfiguredKey, keys: readonly ConfiguredKey[]): string | null {
  if (keys.some((key) => key.name === name)) return 'the name stands for another key already';
  return keys.some((key) => key.hash === hash) ? 'the key is there already, by another name' : null;
}
