import { migratedDump, openDatabase } from '../../emulators/supabase/index.ts';
import { describePolicies } from './support/policies.ts';

describePolicies('PGlite', () => openDatabase({ dump: migratedDump }));
