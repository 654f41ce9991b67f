import { expect, it } from 'vitest';
import { createCallLog, type LoggedCall } from '../../emulators/kit/call-log.ts';

const call = (path: string): LoggedCall => ({
  at: '2026-11-22T00:00:00.000Z',
  method: 'GET',
  path,
  query: '',
  caller: null,
  status: 200,
  headers: {},
});

it('keeps the newest calls only', () => {
  const log = createCallLog(3);
  for (let index = 0; index < 100; index += 1) log.record(call(`/${index}`));
  expect(log.list().map(({ path }) => path)).toEqual(['/97', '/98', '/99']);
});
