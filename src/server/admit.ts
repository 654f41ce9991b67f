import type { ExecutionArgs } from 'graphql';
import { MlgraphError, unauthenticated } from '../domain/errors.ts';
import { costOf } from '../schema/cost.ts';
import type { Budgets, Standing } from './budgets.ts';
import type { Operation } from './operation.ts';
import { isPublic } from './public-fields.ts';

/** How much may be asked for. */
export type Quotas = {
  /** What one operation may cost. */
  maxCost: number;
  budgets: Budgets;
};

type Asked = Pick<ExecutionArgs, 'schema' | 'document' | 'operationName' | 'variableValues'>;

/**
 * Before anything of an operation runs: may it, and is it within what its caller may ask for? Notes what it costs.
 * @throws MlgraphError UNAUTHENTICATED where nobody asks for what is not public, QUERY_TOO_COMPLEX, RATE_LIMITED.
 */
export async function admit(args: Asked, operation: Operation, quotas: Quotas | undefined): Promise<void> {
  if (operation.identity === null && !isPublic(args.document, args.operationName))
    throw unauthenticated('A credential is needed for this operation: a bearer token or an API key.');
  if (!quotas) return;
  const { document, operationName, variableValues } = args;
  const cost = costOf(args.schema, { document, operationName, variables: variableValues ?? {} });
  const limit = operation.identity ? Math.min(quotas.maxCost, quotas.budgets.most) : quotas.maxCost;
  if (cost > limit) throw tooComplex(cost, limit);
  await spend(cost, operation, quotas);
  operation.cost = cost;
}

/** Nobody has no budget: what is public costs little, and nobody can be told from anybody. */
async function spend(cost: number, operation: Operation, { budgets }: Quotas): Promise<void> {
  if (!operation.identity) return;
  const { standings, refused } = await budgets.take(operation.identity.caller, cost);
  operation.standings = standings;
  if (refused) throw rateLimited(refused, cost);
}

const tooComplex = (cost: number, limit: number) =>
  new MlgraphError(
    'QUERY_TOO_COMPLEX',
    `The operation costs ${cost}, and may cost ${limit}: ask for fewer items at once, or for less of each.`,
    { cost, limit },
  );

function rateLimited({ name, quota, resetMs }: Standing, cost: number): MlgraphError {
  const retryAfterSeconds = Math.max(1, Math.ceil(resetMs / 1_000));
  const message =
    name === 'requests'
      ? `The API key may make ${quota} requests a minute.`
      : `The operation costs ${cost}, and less is left of the ${quota} a minute.`;
  return new MlgraphError('RATE_LIMITED', message, { retryAfterSeconds });
}
