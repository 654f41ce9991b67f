import { randomUUID } from 'node:crypto';
import type { TokenRefused } from '../../entra/index.ts';
import { type Reply, ReplyError } from '../../kit/server.ts';
import type { Principal } from '../access.ts';

export const armError = (status: number, code: string, message: string, more: object = {}): Reply => ({
  status,
  body: { error: { code, message, ...more } },
});

/** An error of Resource Manager itself, before the request reaches the resource provider. */
export const armRefusal = (status: number, code: string, message: string): ReplyError =>
  new ReplyError({ ...armError(status, code, message), headers: { 'x-ms-failure-cause': 'gateway' } });

/**
 * An error of the machine learning resource provider: `code` says whose fault it is, and the chain of inner codes
 * what it was (contract section 2, "Errors").
 */
export function userError(status: number, message: string, innerCodes: string[]): ReplyError {
  const inner = innerCodes.reduceRight<object | null>((innerError, code) => ({ code, innerError }), null);
  const info = (type: string, value: unknown) => ({ type, info: { value } });
  const correlation = {
    operation: randomUUID().replaceAll('-', ''),
    request: randomUUID().replaceAll('-', '').slice(16),
  };
  const additionalInfo = [
    info('ComponentName', 'managementfrontend'),
    info('Correlation', correlation),
    info('Environment', 'local'),
    info('Location', 'local'),
    info('Time', new Date().toISOString()),
    info('InnerError', inner),
  ];
  return new ReplyError(armError(status, 'UserError', message, { details: [], additionalInfo }));
}

export const badRequest = (message: string) => userError(400, message, ['BadArgument', 'ArgumentInvalid']);
export const missing = (message: string) => userError(404, message, ['NotFound']);

/** What the caller lacks, in the words of Resource Manager. */
export const forbiddenMessage = (principal: Principal, action: string, scope: string): string =>
  `The client '${principal.clientName}' with object id '${principal.objectId}' does not have authorization to perform action '${action}' over scope '${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`;

export const forbidden = (principal: Principal, action: string, scope: string): ReplyError =>
  armRefusal(403, 'AuthorizationFailed', forbiddenMessage(principal, action, scope));

const allowedAudiences =
  "'https://management.core.windows.net/','https://management.core.windows.net','https://management.azure.com/','https://management.azure.com'";

export function unauthorized({ code, message, wwwAuthenticate }: TokenRefused): ReplyError {
  const text =
    code === 'InvalidAuthenticationTokenAudience'
      ? `The access token has been obtained for wrong audience or resource. It should exactly match with one of the allowed audiences ${allowedAudiences}.`
      : message;
  return new ReplyError({ ...armError(401, code, text), headers: { 'www-authenticate': wwwAuthenticate } });
}
