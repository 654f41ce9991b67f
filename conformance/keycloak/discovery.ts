import { ask, type Target } from './target.ts';

type Document = Record<string, unknown>;

/**
 * What the emulator's discovery document says that the real one does not. It may say less: it lists what it has.
 */
export async function discoveryFaults(emulated: Target, real: Target): Promise<string[]> {
  const [ours, theirs] = [await read(emulated), await read(real)];
  return Object.entries(ours)
    .filter(([name, value]) => !isWithin(value, theirs[name]))
    .map(([name, value]) => `${name}: ${JSON.stringify(value)} is not of ${JSON.stringify(theirs[name])}`);
}

async function read(target: Target): Promise<Document> {
  const { text } = await ask(target, '/realms/staff/.well-known/openid-configuration');
  return JSON.parse(text.replaceAll(target.origin, 'ORIGIN')) as Document;
}

const isWithin = (value: unknown, of: unknown): boolean =>
  Array.isArray(value) && Array.isArray(of) ? value.every((one) => of.includes(one)) : value === of;
