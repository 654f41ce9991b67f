import { fileURLToPath } from 'node:url';

/**
 * Where Node keeps what it has compiled. Filled by `npm ci` (warm-up.ts), so that the first start, too, is quick and
 * does not carry the type stripper in memory.
 */
export const compileCache = fileURLToPath(new URL('../../node_modules/.cache/mlgraph', import.meta.url));
