import { startSupabase } from '../../../emulators/supabase/index.ts';
import { keys } from '../../database/support/project.ts';

// The emulator as a process to be killed: its home is the first argument, its url the first line it prints.
const { url } = await startSupabase({ ...keys, home: String(process.argv[2]), fromDump: true });
console.log(url);
