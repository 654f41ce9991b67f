import { type Reply, ReplyError } from '../../kit/server.ts';
import type { Call } from '../call.ts';
import type { Issue } from './issues.ts';
import { newUlid } from './ulid.ts';

/** Where an error happened, for the shape of its body. */
type Place = Pick<Call, 'service' | 'request'>;

export const json = (status: number, body: unknown, type = 'application/json'): Reply => ({
  status,
  headers: { 'content-type': type },
  body: JSON.stringify(body),
});

export type Problem = {
  /** Last part of the URN. */
  type: string;
  title: string;
  status: number;
  detail: string;
  instance: string;
  /** Members besides. */
  [extension: string]: unknown;
};

/** RFC 9457, as servicekit writes it. */
export const problem = ({ type, ...rest }: Problem): Reply =>
  json(rest.status, { type: `urn:servicekit:error:${type}`, ...rest }, 'application/problem+json');

export const unauthorized = (detail: string, instance: string): Reply =>
  problem({ type: 'unauthorized', title: 'Unauthorized', status: 401, detail, instance });

export const plain = (status: number, detail: string): Reply => json(status, { detail });

/** The address as it was called, which stands for the instance where a route names none. */
export const calledUrl = ({ request }: Place): string => request.url.href.replaceAll('%24', '$');

export const notFound = (detail: string, instance: string): ReplyError =>
  new ReplyError(problem({ type: 'not-found', title: 'Resource Not Found', status: 404, detail, instance }));

export const invalidUlid = (detail: string, instance: string): ReplyError =>
  new ReplyError(
    problem({ type: 'invalid-ulid', title: 'Invalid ULID Format', status: 400, detail, instance }),
  );

const refusals = {
  400: { type: 'bad-request', title: 'Bad Request' },
  404: { type: 'not-found', title: 'Resource Not Found' },
};

/** What an operation (`$…`) or a job answers: 1.x says only the detail. */
export const refusal = (
  { service }: Place,
  status: 400 | 404,
  detail: string,
  instance: string,
): ReplyError =>
  new ReplyError(
    service.generation === 1
      ? plain(status, detail)
      : problem({ ...refusals[status], status, detail, instance }),
  );

/** 422 for a body or a query that does not fit. */
export const invalid = (place: Place, errors: Issue[]): ReplyError =>
  new ReplyError(
    place.service.generation === 1
      ? json(422, { detail: errors })
      : problem({
          type: 'validation-failed',
          title: 'Validation Error',
          status: 422,
          detail: 'Request validation failed',
          instance: calledUrl(place),
          trace_id: newUlid(),
          errors,
        }),
  );

/** An id that is taken; 1.x never says so. */
export const taken = (place: Place, id: string): ReplyError =>
  conflict(place, 'Resource Conflict', `Entity with id ${id} already exists`);

const conflict = (place: Place, title: string, detail: string, more: Record<string, unknown> = {}) =>
  new ReplyError(
    problem({ type: 'conflict', title, status: 409, detail, instance: calledUrl(place), ...more }),
  );

const sqlite = {
  unique: 'UNIQUE constraint failed: config_artifacts.artifact_id',
  foreign_key: 'FOREIGN KEY constraint failed',
};

/** The database said no, to a link or to an entity: 1.x hands its words on, with the statement. */
export function brokenConstraint(
  place: Place,
  constraint: keyof typeof sqlite,
  statement: string,
  onLink: boolean,
): ReplyError {
  if (place.service.generation === 1) {
    const error = `(sqlite3.IntegrityError) ${sqlite[constraint]}\n[SQL: ${statement}]`;
    return new ReplyError(json(500, { detail: 'Database error occurred', error }));
  }
  return onLink
    ? conflict(place, 'Conflict', 'The request conflicts with existing data', {
        trace_id: newUlid(),
        constraint,
      })
    : conflict(place, 'Resource Conflict', 'Entity violates a database constraint', { constraint });
}

const faults: Record<number, [type: string, title: string]> = {
  400: ['bad-request', 'Bad Request'],
  401: ['unauthorized', 'Unauthorized'],
  403: ['forbidden', 'Forbidden'],
  404: ['not-found', 'Resource Not Found'],
  409: ['conflict', 'Resource Conflict'],
};

/** The service's own form of the status that a fault asks for. */
export function faultReply(status: number): Reply {
  const [type, title] = faults[status] ?? ['internal', 'Internal Server Error'];
  return problem({ type, title, status, detail: `The emulator answered ${status}.`, instance: '/' });
}
