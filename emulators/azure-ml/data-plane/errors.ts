import { randomBytes } from 'node:crypto';
import { type Reply, ReplyError } from '../../kit/server.ts';
import type { Workspace } from '../state/workspace.ts';

/** Where an error happened, as the bodies of the data plane tell. */
export type Place = Pick<Workspace, 'location'>;

/** The body of history, metric and artifact planes (contract section 2): ARM's, with siblings and an inner chain. */
export function planeErrorBody(place: Place, code: string, message: string, innerCodes: string[]) {
  return {
    error: {
      code,
      severity: null,
      message,
      messageFormat: null,
      messageParameters: {},
      referenceCode: null,
      detailsUri: null,
      target: null,
      details: [],
      innerError: innerCodes.reduceRight<object | null>(
        (innerError, inner) => ({ code: inner, innerError }),
        null,
      ),
      debugInfo: null,
      additionalInfo: null,
    },
    correlation: { operation: randomBytes(16).toString('hex'), request: randomBytes(8).toString('hex') },
    environment: place.location,
    location: place.location,
    time: new Date().toISOString(),
    componentName: 'run-history',
  };
}

export const planeReply = (
  place: Place,
  o: { status: number; code: string; message: string; inner: string[] },
): Reply => ({ status: o.status, body: planeErrorBody(place, o.code, o.message, o.inner) });

const problem = (status: number, inner: string[]) => (place: Place, message: string) =>
  new ReplyError(planeReply(place, { status, code: 'UserError', message, inner }));

export const planeBadRequest = problem(400, ['BadArgument', 'ArgumentInvalid']);
export const planeUnauthorized = problem(401, ['AuthenticationError']);
export const planeForbidden = problem(403, ['AuthorizationError', 'AuthorizationFailed']);
export const planeMissing = problem(404, ['NotFoundError']);
