import type { IncomingHttpHeaders } from 'node:http';
import { refusal } from './errors.ts';

/** What `Prefer` asks for. */
export type Preferences = {
  representation: boolean;
  /** Of an upsert. */
  resolution: 'merge-duplicates' | 'ignore-duplicates' | null;
  /** Planned and estimated counts are answered with the exact one. */
  count: boolean;
  missingDefault: boolean;
  strict: boolean;
  maxAffected: number | null;
  /** For `Preference-Applied`; null for none. */
  applied: string | null;
};

const understood: Record<string, readonly string[]> = {
  return: ['minimal', 'headers-only', 'representation'],
  resolution: ['merge-duplicates', 'ignore-duplicates'],
  count: ['exact', 'planned', 'estimated'],
  missing: ['default', 'null'],
  handling: ['strict', 'lenient'],
};

/** Throws PGRST122 for an unknown preference under `handling=strict`. */
export function parsePreferences(headers: IncomingHttpHeaders): Preferences {
  const given = String(headers.prefer ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const wanted = new Map<string, string>();
  const unknown: string[] = [];
  for (const part of given) {
    const [name = '', value = ''] = part.split('=');
    const known = understood[name]?.includes(value) || (name === 'max-affected' && /^\d+$/.test(value));
    if (known) wanted.set(name, value);
    else unknown.push(part);
  }
  const strict = wanted.get('handling') === 'strict';
  if (strict && unknown.length > 0)
    throw refusal(400, {
      code: 'PGRST122',
      message: 'Invalid preferences given with handling=strict',
      details: `Invalid preferences: ${unknown.join(', ')}`,
    });
  const maxAffected = wanted.get('max-affected');
  const applied = [...wanted].map(([name, value]) => `${name}=${value}`).join(', ');
  return {
    representation: wanted.get('return') === 'representation',
    resolution: (wanted.get('resolution') as Preferences['resolution']) ?? null,
    count: wanted.has('count'),
    missingDefault: wanted.get('missing') === 'default',
    strict,
    maxAffected: strict && maxAffected !== undefined ? Number(maxAffected) : null,
    applied: applied === '' ? null : applied,
  };
}
