import { ReplyError } from '../../kit/server.ts';

const problem = (status: number, code: string) => (message: string) =>
  new ReplyError({ status, body: { error_code: code, message } });

export const mlflowInvalid = problem(400, 'INVALID_PARAMETER_VALUE');
export const mlflowConflict = problem(400, 'RESOURCE_ALREADY_EXISTS');
export const mlflowMissing = problem(404, 'RESOURCE_DOES_NOT_EXIST');
export const mlflowNoEndpoint = problem(404, 'ENDPOINT_NOT_FOUND');
export const mlflowUnauthorized = problem(401, 'UNAUTHENTICATED');
export const mlflowForbidden = problem(403, 'PERMISSION_DENIED');
