import { enableCompileCache, flushCompileCache } from 'node:module';
import { compileCache } from './compile-cache.ts';

/**
 * Loads, once, what `npm run local` loads: the gateway, the emulators, and the trainer's threads' code; and makes the
 * empty database that the first start begins with.
 */
enableCompileCache(compileCache);
await Promise.all([import('./start.ts'), import('../../src/gateway.ts'), import('@azure/msal-node')]);
flushCompileCache();
await (await import('../supabase/dump.ts')).migratedDump();
