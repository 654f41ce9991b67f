import { describe, expect, it } from 'vitest';
import {
  apiKeyPattern,
  hashOfApiKey,
  isApiKeySecret,
  makeApiKeySecret,
  prefixOfApiKey,
} from '../../src/domain/api-key-secret.ts';
import { parseConfiguredKeys } from '../../src/domain/configured-keys.ts';

describe('the secret of a key', () => {
  it('is what scanners look for: 256 random bits with a checksum', () => {
    const secrets = Array.from({ length: 500 }, () => makeApiKeySecret());
    for (const secret of secrets) {
      expect(secret).toMatch(apiKeyPattern);
      expect(secret).toHaveLength(54);
      expect(isApiKeySecret(secret)).toBe(true);
      expect(prefixOfApiKey(secret)).toBe(secret.slice(0, 12));
      expect(hashOfApiKey(secret)).toMatch(/^[0-9a-f]{64}$/);
    }
    expect(new Set(secrets).size).toBe(500);
    expect(Buffer.from(secrets[0]?.slice(4, 47) ?? '', 'base64url')).toHaveLength(32);
  });

  it('is the same for the same bits, for ever: keys that were given out must stay keys', () => {
    const secret = makeApiKeySecret((bytes) => Buffer.alloc(bytes));
    expect(secret).toBe(`mlg_${'A'.repeat(43)}_0DofJ8`);
  });

  it('is none with any one character changed, or two exchanged', () => {
    const secret = makeApiKeySecret();
    for (let at = 4; at < secret.length; at++) {
      const wrong = secret[at] === 'x' ? 'y' : 'x';
      expect(isApiKeySecret(secret.slice(0, at) + wrong + secret.slice(at + 1))).toBe(false);
      const [one = '', two = ''] = secret.slice(at, at + 2);
      const exchanged = secret.slice(0, at) + two + one + secret.slice(at + 2);
      if (one !== two && two !== '') expect(isApiKeySecret(exchanged)).toBe(false);
    }
    expect(prefixOfApiKey(`${secret}x`)).toBeNull();
  });
});

describe('keys of the settings', () => {
  const [one, two] = [makeApiKeySecret(), makeApiKeySecret()];

  it('stand on lines or between semicolons', () => {
    const text = `# ours\n\nreader READ ${one}\r\n  job-2   PREDICT,READ,READ\t${two} ;`;
    expect(parseConfiguredKeys(text)).toEqual({
      keys: [
        { name: 'reader', scopes: ['READ'], prefix: one.slice(0, 12), hash: hashOfApiKey(one) },
        { name: 'job-2', scopes: ['READ', 'PREDICT'], prefix: two.slice(0, 12), hash: hashOfApiKey(two) },
      ],
      faults: [],
    });
    expect(parseConfiguredKeys(`a READ ${one};b READ ${two}`).keys.map(({ name }) => name)).toEqual([
      'a',
      'b',
    ]);
  });

  it.each([
    [`reader ${one}`, /a name, scopes .* and a key/],
    [`reader READ ${one} more`, /a name, scopes .* and a key/],
    [`Reader READ ${one}`, /the name/],
    [`reader READ,WRITE ${one}`, /the scopes: some of READ,TRAIN/],
    [`reader READ, ${one}`, /the scopes/],
    [`reader READ ${one.slice(0, -1)}x${one.slice(-1)}`, /the key/],
    ['reader READ a-secret-of-my-own', /the key/],
    [`first READ ${two}`, /the name stands for another key/],
    [`reader READ ${makeApiKeySecret((bytes) => Buffer.alloc(bytes))}`, /by another name/],
  ])('%s is a fault that names its line and not its secret; others are taken', (line, what) => {
    const zeros = makeApiKeySecret((bytes) => Buffer.alloc(bytes));
    const { keys, faults } = parseConfiguredKeys(
      `first READ ${zeros}\n${line}\nlast CHAT ${makeApiKeySecret()}`,
    );
    expect(keys.map(({ name }) => name)).toEqual(['first', 'last']);
    expect(faults).toEqual([expect.stringMatching(what)]);
    expect(faults[0]).toMatch(/^line 2: /);
    expect(faults[0]).not.toMatch(/mlg_|secret-of/);
  });

  it('of one line are counted', () => {
    expect(parseConfiguredKeys(`a READ ${one}; nonsense`).faults).toEqual([
      expect.stringMatching(/^line 1, key 2: /),
    ]);
  });
});
