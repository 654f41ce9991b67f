/** The emulated cloud in a process of its own, so that what it costs is not the bench's: tells its addresses, then waits. */
import { startTestEmulators } from '../../test/support/emulators.ts';

const emulators = await startTestEmulators({ people: Number(process.argv[2]), chat: { pace: 100 } });
const { settings, tokens, urls } = emulators;
process.send?.({ settings, tokens, urls });
process.once('disconnect', async () => {
  await emulators.close();
  process.exit(0);
});
