import { describe, expect, test } from 'vitest';
import { isLoopback, originAllowed } from '../../src/server/origins.ts';
import { ada, startServer } from './support.ts';

describe('originAllowed', () => {
  test.each<[string | undefined, readonly string[] | 'loopback', boolean]>([
    [undefined, [], true],
    ['http://gateway.example', [], true],
    ['https://app.example', ['https://app.example'], true],
    ['http://app.example', ['https://app.example'], false],
    ['https://app.example.evil.example', ['https://app.example'], false],
    ['null', ['https://app.example'], false],
    ['not an origin', [], false],
    ['http://localhost:5173', 'loopback', true],
    ['https://dev.localhost', 'loopback', true],
    ['http://127.0.0.1:8080', 'loopback', true],
    ['http://[::1]:8080', 'loopback', true],
    ['http://localhost.evil.example', 'loopback', false],
    ['http://127.0.0.1.evil.example', 'loopback', false],
    ['http://localhost:5173', [], false],
  ])('%s of %s: %s', (origin, allowed, expected) => {
    expect(originAllowed({ host: 'gateway.example', origin }, allowed)).toBe(expected);
  });
});

test.each([
  ['localhost:4000', true],
  ['127.0.0.1', true],
  ['[::1]:4000', true],
  ['evil.example', false],
  ['127.0.0.1.evil.example', false],
  ['a b', false],
  [undefined, false],
])('the host %s is loopback: %s', (host, expected) => {
  expect(isLoopback(host)).toBe(expected);
});

describe('over HTTP', () => {
  const origin = 'https://app.example';

  test('an allowed origin may send any header, and read what it needs; credentials are never mentioned', async () => {
    await using server = await startServer({ corsOrigins: [origin] });
    const preflight = await fetch(server.graphql, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type,x-any',
      },
    });
    expect(preflight.status).toBe(204);
    expect(Object.fromEntries(preflight.headers)).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': 'authorization,content-type,x-any',
      vary: 'Origin',
    });
    const answer = await fetch(`${server.graphql}?query={me}`, { headers: { ...ada, origin } });
    expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
    expect(answer.headers.get('access-control-expose-headers')).toContain('x-request-id');
    expect(answer.headers.has('access-control-allow-credentials')).toBe(false);
    const refused = await fetch(`${server.graphql}?query={me}`, { headers: { origin } });
    expect(refused.status).toBe(401);
    expect(refused.headers.get('access-control-allow-origin')).toBe(origin);
  });

  test('another origin is given nothing', async () => {
    await using server = await startServer({ corsOrigins: [origin] });
    for (const method of ['OPTIONS', 'GET']) {
      const response = await fetch(`${server.graphql}?query={health}`, {
        method,
        headers: { origin: 'https://evil.example' },
      });
      expect([...response.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
      expect(response.headers.get('vary')).toBe('Origin');
    }
  });
});
