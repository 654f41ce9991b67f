/** A verified token seen again, beside a full verification. Run: node bench/verify.ts */
import { startVerifying } from '../test/auth/support/verifier.ts';

const tokens = 2_000;

await using entra = await startVerifying();
const fresh = Array.from({ length: tokens }, (_, index) => entra.issuer.token({ uti: `${index}` }));
const warmUp = Array.from({ length: tokens }, (_, index) => entra.issuer.token({ uti: `w${index}` }));

async function verifyAll(list: string[]): Promise<number> {
  const from = performance.now();
  for (const token of list) await entra.verifier.verify(token);
  return (performance.now() - from) / list.length;
}

await verifyAll(warmUp);
await verifyAll(warmUp);
const full = await verifyAll(fresh);
const again = await verifyAll(fresh);

console.log(`full verification  ${full.toFixed(5)} ms`);
console.log(`seen before        ${again.toFixed(5)} ms (${Math.round(full / again)} times less)`);
