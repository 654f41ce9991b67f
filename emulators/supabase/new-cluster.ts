import { keptDump } from './dump.ts';
import { openPGlite } from './pglite.ts';

// A program: makes the database of the folder that it is given, and ends early when whoever started it does.
process.stdin.once('close', () => process.exit(1)).resume();
const pglite = await openPGlite({ dataDir: String(process.argv[2]), dump: keptDump });
await pglite.close();
process.exit(0);
