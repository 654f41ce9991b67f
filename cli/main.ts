#!/usr/bin/env node
import { processWorld } from './process-world.ts';
import { run } from './run.ts';

// Who reads the results may have seen enough: `mlgraph runs list | head -1`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

// Not `exit()`: what was written to a pipe may still be on its way.
run(process.argv.slice(2), processWorld()).then((code) => {
  process.exitCode = code;
});
