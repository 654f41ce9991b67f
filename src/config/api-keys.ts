import { readFileSync } from 'node:fs';
import { type ConfiguredKey, parseConfiguredKeys } from '../domain/configured-keys.ts';
import type { Settings } from './settings.ts';

/** Keys to this API that the operator wrote down; or a file that holds them, read again when it changes. */
export type ApiKeysConfig = { fixed: readonly ConfiguredKey[] } | { file: string };

/** Null: none. Of a line that cannot be read its number is told, never what it holds. */
export function readApiKeys(settings: Settings): ApiKeysConfig | null {
  const fixed = settings.text('MLGRAPH_API_KEYS');
  const file = settings.text('MLGRAPH_API_KEYS_FILE');
  if (fixed && file)
    settings.fault('MLGRAPH_API_KEYS, MLGRAPH_API_KEYS_FILE', 'one of them is needed, both are set');
  if (fixed) return { fixed: keysOf('MLGRAPH_API_KEYS', fixed, settings) };
  if (!file) return null;
  checkFile('MLGRAPH_API_KEYS_FILE', file, settings);
  return { file };
}

function keysOf(name: string, text: string, settings: Settings): readonly ConfiguredKey[] {
  const { keys, faults } = parseConfiguredKeys(text);
  for (const fault of faults) settings.fault(name, fault);
  return keys;
}

function checkFile(name: string, path: string, settings: Settings): void {
  try {
    keysOf(name, readFileSync(path, 'utf8'), settings);
  } catch {
    settings.fault(name, 'the file cannot be read');
  }
}
