import { createHash } from 'node:crypto';
import { notFound } from '../../domain/errors.ts';

/** The project that this gateway serves. */
export type FoundrySettings = {
  /** `https://{resource}.services.ai.azure.com/api/projects/{project}`, or an emulator's. */
  projectEndpoint: string;
};

/** As health and errors name it. */
export const upstreamName = 'foundry';
/** Audience of all its calls (contract section 3); a changed endpoint does not change it. */
export const scope = 'https://ai.azure.com/.default';
/** Of the management calls; the OpenAI routes take none (contract section 2). */
export const apiVersion = 'v1';

/** `home` of the project's global ids. */
export const homeOf = ({ projectEndpoint }: FoundrySettings): string =>
  createHash('sha256')
    .update(projectEndpoint.replace(/\/+$/, '').toLowerCase())
    .digest('base64url')
    .slice(0, 12);

const existing = (what: string, pattern: RegExp) => (id: string) => {
  if (!pattern.test(id)) throw notFound(`There is no such ${what}.`);
  return id;
};

const made = /^[A-Za-z0-9][A-Za-z0-9_-]{0,255}$/;

/** Ids reach URLs: only what the service can have made passes. @throws NOT_FOUND for anything else. */
export const known = {
  agent: existing('agent', /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/),
  conversation: existing('conversation', made),
  response: existing('response', made),
  approval: existing('approval request', made),
};
