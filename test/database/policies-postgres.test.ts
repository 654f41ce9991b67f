import { describe, expect, it } from 'vitest';
import { describePolicies } from './support/policies.ts';
import { installedPostgres, startPostgres } from './support/postgres.ts';

const bin = installedPostgres();

if (bin) {
  describePolicies(`PostgreSQL (${bin})`, () => startPostgres(bin));
} else {
  describe('row-level security on PostgreSQL', () => {
    it('needs a server: on Debian, apt-get install postgresql', ({ skip }) => {
      if (process.env.CI === 'true') expect.fail('PostgreSQL is not installed');
      console.warn('No PostgreSQL is installed: the policies are not tried on it.');
      skip();
    });
  });
}
