import { readMigrations } from '../../../emulators/supabase/migrations.ts';
import { keys } from '../../database/support/project.ts';
import { sampleSchema } from './supabase.ts';

/** A second implementation of the same wire, not ours, over a PostgreSQL of its own. */
export type Oracle = { fetch(request: Request): Promise<Response>; close(): Promise<void> };

/** @supabase/lite with the sample tables, in this process; it reports nothing home. */
export async function startOracle(): Promise<Oracle> {
  process.env.DO_NOT_TRACK = '1';
  process.env.LITE_TELEMETRY = '0';
  const { App } = await import('@supabase/lite');
  const { createPgliteConnection } = await import('@supabase/lite/pglite');
  const connection = await createPgliteConnection();
  const app = new App({
    connection,
    auth: {
      enabled: true,
      jwt_secret: keys.jwtSecret,
      publishable_key: keys.anonKey,
      secret_key: keys.serviceRoleKey,
    },
  } as ConstructorParameters<typeof App>[0]);
  await app.ensureSystemSchema();
  await connection.exec(`${readMigrations()[0]?.sql}; ${sampleSchema}`);
  return { fetch: async (request) => await app.fetch(request), close: () => connection.close() };
}
