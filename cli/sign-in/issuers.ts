import { usage } from '../failure.ts';
import type { Settings } from '../settings/settings.ts';
import type { World } from '../world.ts';
import type { ResourceMetadata } from './metadata.ts';

/** Who signs the person in, and as which application. */
export type Choice = {
  issuer: string;
  clientId: string;
  /** What to ask for. */
  scope: string;
};

/** @throws Failure where it cannot be known, with what to say. */
export async function chooseIssuer(
  metadata: ResourceMetadata | null,
  settings: Settings,
  terminal: { interactive: boolean; world: World },
): Promise<Choice> {
  const issuer = await issuerOf(metadata, settings, terminal);
  const clientId = settings.clientId?.value ?? metadata?.clientIds[issuer];
  if (!clientId)
    throw usage(
      `The server does not say which client id the command line has at ${issuer}.`,
      'Give it: --client-id ID, or mlgraph config set client-id ID',
    );
  return { issuer, clientId, scope: scopeOf(metadata?.scopes[issuer] ?? []) };
}

const scopeOf = (scopes: readonly string[]) => [...new Set(['openid', ...scopes])].join(' ');

async function issuerOf(
  metadata: ResourceMetadata | null,
  { issuer: said, clientId }: Settings,
  terminal: { interactive: boolean; world: World },
): Promise<string> {
  const known = metadata?.issuers ?? [];
  if (said) return known.length === 0 ? said.value : oneOf(known, said.value);
  if (known.length === 0)
    throw usage(
      'The server does not say who signs people in.',
      'Give the address and the client id: mlgraph login --issuer https://… --client-id ID',
    );
  // Where only one of them knows the command line, the others are for other clients.
  const open = known.filter((issuer) => metadata?.clientIds[issuer] !== undefined);
  if (open.length === 1 && !clientId) return open[0] as string;
  if (known.length === 1) return known[0] as string;
  if (!terminal.interactive)
    throw usage(`Several sign people in for this server:\n${listed(known)}`, 'Choose one: --issuer ADDRESS');
  return ask(known, terminal.world);
}

/** By its address, or by a part that only one has. */
function oneOf(known: readonly string[], said: string): string {
  const exact = known.find((issuer) => issuer === said || issuer === said.replace(/\/$/, ''));
  const matching = known.filter((issuer) => issuer.includes(said));
  const found = exact ?? (matching.length === 1 ? matching[0] : undefined);
  if (found !== undefined) return found;
  const why = matching.length === 0 ? 'This server does not trust' : 'Several of the issuers are called';
  throw usage(`${why} "${said}". There are:\n${listed(known)}`, 'Choose one: --issuer ADDRESS');
}

async function ask(known: readonly string[], world: World): Promise<string> {
  world.stderr.write(`Who signs you in?\n${listed(known)}\n`);
  const answer = Number(await world.ask(`Number (1-${known.length}): `));
  const chosen = known[answer - 1];
  if (chosen === undefined) throw usage('No issuer was chosen.', 'Choose one: --issuer ADDRESS');
  return chosen;
}

const listed = (known: readonly string[]) =>
  known.map((issuer, index) => `  ${index + 1}. ${issuer}`).join('\n');
