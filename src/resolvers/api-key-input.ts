import type { Context } from '../context.ts';
import type { NewApiKey } from '../domain/api-keys.ts';
import { scopes as allScopes, type Scope } from '../domain/callers.ts';
import { badInput, forbidden } from '../domain/errors.ts';
import { scopesOf } from './viewer.ts';

/** What is asked of a new key. */
export type ApiKeyWish = {
  name: string;
  scopes: readonly Scope[];
  expiresAt?: Date | null;
  requestsPerMinute?: number | null;
};

type Ask = Pick<Context, 'signedIn' | 'people' | 'clock'>;

const maxName = 100;
export const maxGraceSeconds = 30 * 86_400;

/**
 * A key that gives nothing but what its maker has: of a service also no later end and no higher limit, both of which
 * it has where none is asked.
 * @throws BAD_USER_INPUT naming the field, FORBIDDEN for more than the caller has.
 */
export async function readWish(
  wish: ApiKeyWish,
  context: Ask,
): Promise<Pick<NewApiKey, 'name' | 'scopes' | 'requestsPerMinute' | 'expiresAt'>> {
  const name = readName(wish.name);
  const scopes = allScopes.filter((scope) => wish.scopes.includes(scope));
  if (scopes.length === 0) throw badInput('input.scopes', 'input.scopes: at least one was expected.');
  const requestsPerMinute = readLimit(wish.requestsPerMinute ?? null, context);
  const expiresAt = readEnd(wish.expiresAt ?? null, context);
  await assertHas(scopes, 'input.scopes', context);
  return { name, scopes, requestsPerMinute, expiresAt };
}

/** @throws FORBIDDEN naming the scopes that the caller has not. */
export async function assertHas(scopes: readonly Scope[], field: string, context: Ask): Promise<void> {
  const own = await scopesOf(context);
  const lacking = scopes.filter((scope) => !own.includes(scope));
  if (lacking.length > 0)
    throw forbidden(`Nobody can give a key what they lack: ${lacking.join(', ')}.`, { field });
}

/** Seconds that the old secret stays good. @throws BAD_USER_INPUT */
export function readGrace(seconds: number): number {
  const field = 'input.graceSeconds';
  if (!Number.isInteger(seconds) || seconds < 0 || seconds > maxGraceSeconds)
    throw badInput(field, `${field}: a whole number from 0 to ${maxGraceSeconds} (30 days) was expected.`);
  return seconds;
}

function readName(text: string): string {
  const name = text.trim();
  if (name === '' || [...name].length > maxName)
    throw badInput('input.name', `input.name: 1 to ${maxName} characters were expected.`);
  return name;
}

function readLimit(asked: number | null, { signedIn }: Ask): number | null {
  const field = 'input.requestsPerMinute';
  if (asked !== null && asked < 1) throw badInput(field, `${field}: 1 or more was expected.`);
  const own = signedIn.caller.apiKey?.requestsPerMinute ?? null;
  if (own !== null && asked !== null && asked > own)
    throw forbidden(`Nobody can give a key what they lack: your own key has ${own} requests per minute.`, {
      field,
    });
  return asked ?? own;
}

/** A person's token ends long before the keys that they make. */
function readEnd(asked: Date | null, { signedIn: { caller }, clock }: Ask): Date | null {
  const field = 'input.expiresAt';
  if (asked !== null && asked.getTime() <= clock.now())
    throw badInput(field, `${field}: a time to come was expected.`);
  const own = caller.kind === 'SERVICE' ? caller.expiresAt : null;
  if (own !== null && asked !== null && asked > own) throw outliving(field);
  return asked ?? own;
}

/**
 * A new secret of this key would end no later than the caller's own does: or who holds a secret that was replaced because
 * it leaked could replace the new one in turn.
 * @throws FORBIDDEN
 */
export function assertOutlives(
  { expiresAt }: Pick<NewApiKey, 'expiresAt'>,
  field: string,
  { signedIn }: Ask,
): void {
  const { kind, expiresAt: own } = signedIn.caller;
  if (kind !== 'SERVICE' || own === null) return;
  if (expiresAt === null || expiresAt > own) throw outliving(field);
}

const outliving = (field: string) =>
  forbidden('Nobody can give a key what they lack: your own key expires before this one would.', { field });
