import type { errorCodes } from '../domain/errors.ts';
import { providers, type SourceReport, type Tag } from '../domain/providers.ts';
import { builder } from './builder.ts';

export const ProviderType = builder.enumType('Provider', {
  description: 'The platforms behind this API. It will grow: keep a default branch.',
  values: providers,
});

export const ErrorCodeType = builder.enumType('ErrorCode', {
  description:
    '`extensions.code` of every error. Beside it, where they apply: upstream, retryAfterSeconds, claims, consentUrl, field, requestId.',
  values: {
    UNAUTHENTICATED: { description: 'No credential, or one that does not verify (HTTP 401).' },
    INTERACTION_REQUIRED: {
      description:
        'The identity provider wants the person: MFA (`claims` is what to pass to the sign-in) or consent (`consentUrl`).',
    },
    FORBIDDEN: { description: 'Known who asks, and not allowed.' },
    NOT_FOUND: { description: 'There is none, or none for this caller.' },
    BAD_USER_INPUT: { description: 'The operation or its arguments; `field` names what was refused.' },
    CONFLICT: { description: 'It clashes with what is there.' },
    CONTENT_FILTERED: {
      description: "Refused by the upstream's content policy: other words, not another try.",
    },
    RATE_LIMITED: { description: 'Too often; `retryAfterSeconds` says when again.' },
    CURSOR_EXPIRED: {
      description:
        '`after` names an event that is no longer kept: read the present state and subscribe without it.',
    },
    QUERY_TOO_COMPLEX: { description: 'The operation costs more than one may.' },
    UPSTREAM_NOT_CONFIGURED: { description: 'This gateway has no such upstream.' },
    UPSTREAM_UNAVAILABLE: { description: 'The upstream is down or refuses work; another try may succeed.' },
    UPSTREAM_TIMEOUT: { description: 'The upstream did not answer within its deadline.' },
    UPSTREAM_ERROR: { description: 'The upstream answered what its contract does not allow.' },
    INTERNAL: { description: 'A fault of this gateway; it is logged under `requestId`.' },
  } satisfies Record<(typeof errorCodes)[number], { description: string }>,
});

export const SourceReportType = builder.objectRef<SourceReport>('SourceReport').implement({
  description:
    'What one upstream contributed to a merged answer: which failed, and how, while the others answered.',
  fields: (t) => ({
    provider: t.expose('provider', { type: ProviderType, description: 'The platform.' }),
    service: t.exposeString('service', {
      nullable: true,
      description: 'systemName, where the platform has several.',
    }),
    ok: t.exposeBoolean('ok', { description: 'Whether its part is in the answer.' }),
    code: t.expose('code', { type: ErrorCodeType, nullable: true, description: 'Why not.' }),
    message: t.exposeString('message', { nullable: true, description: 'Why not, in words.' }),
    retryAfterSeconds: t.exposeInt('retryAfterSeconds', {
      nullable: true,
      description: 'When another try is worth it.',
    }),
    claims: t.exposeString('claims', { nullable: true, description: 'What to pass to the sign-in.' }),
    consentUrl: t.exposeString('consentUrl', { nullable: true, description: 'Where the person consents.' }),
  }),
});

export const TagType = builder.objectRef<Tag>('Tag').implement({
  description: 'A name with a value that people put on things.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Unique on its object.' }),
    value: t.exposeString('value', { description: 'Any text.' }),
  }),
});

export const TagInputType = builder.inputType('TagInput', {
  description: 'A tag to set or to look for.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'The name.' }),
    value: t.string({ required: true, description: 'The value.' }),
  }),
});
