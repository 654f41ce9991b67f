// Takes the home given as argument, with a gateway of its own to note, and holds it until it is killed.
import { spawn } from 'node:child_process';
import { lockHome } from '../../../emulators/local/home-lock.ts';

const lock = lockHome(process.argv[2] ?? '');
const gateway = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
  detached: true,
  stdio: 'ignore',
});
if (gateway.pid !== undefined) lock.noteGateway(gateway.pid);
process.stdout.write(`${gateway.pid}\n`);
setInterval(() => undefined, 1000);
