import type { ApiKey, UsageDay } from '../domain/api-keys.ts';
import {
  createApiKey,
  defaultDays,
  defaultGraceSeconds,
  listApiKeys,
  type NewSecret,
  ownerOf,
  ownKey,
  revokeApiKey,
  rotateApiKey,
  usageOf,
} from '../resolvers/api-keys.ts';
import { builder } from './builder.ts';
import { connectionOf, pageArgs } from './connections.ts';
import { NodeType } from './node.ts';
import { ScopeType, UserType, ViewerType } from './viewer.ts';

const UsageDayType = builder.objectRef<UsageDay>('UsageDay').implement({
  description: 'How a key was used on one day.',
  fields: (t) => ({
    date: t.exposeString('date', { description: 'Of UTC, such as "2026-11-30".' }),
    requests: t.expose('requests', {
      type: 'SafeInt',
      description: 'Operations, those that failed among them.',
    }),
    errors: t.expose('errors', { type: 'SafeInt', description: 'Operations whose answer had an error.' }),
    cost: t.expose('cost', { type: 'SafeInt', description: 'What they cost together.' }),
  }),
});

const ApiKeyType = builder.objectRef<ApiKey>('ApiKey').implement({
  description: 'A key to this API, for a service. Its secret was shown once, and is not known here.',
  interfaces: [NodeType],
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What it is for.' }),
    prefix: t.exposeString('prefix', { description: 'How its secret begins.' }),
    scopes: t.field({
      type: [ScopeType],
      description: 'What it may do.',
      resolve: ({ scopes }) => [...scopes],
    }),
    owner: t.field({
      type: UserType,
      nullable: true,
      description: 'Who made it, where that is a person whom the caller may see.',
      resolve: (key, _, context) => ownerOf(key, context),
    }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      description: 'When it was made; of a key of the settings, when this process began.',
    }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it ends by itself.',
    }),
    revokedAt: t.expose('revokedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was revoked.',
    }),
    lastUsedAt: t.expose('lastUsedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'To the second or so.',
    }),
    requestsPerMinute: t.exposeInt('requestsPerMinute', {
      nullable: true,
      description: 'Its limit; null: none of its own.',
    }),
    usage: t.field({
      type: [UsageDayType],
      nullable: true,
      description: 'By day, oldest first; days without use are left out. It lags by a second or so.',
      args: { days: t.arg.int({ defaultValue: defaultDays, description: 'From 1 to 366, today included.' }) },
      resolve: (key, { days }, context) => usageOf(key, days, context),
    }),
  }),
});
const ApiKeyConnection = connectionOf<ApiKey>('ApiKey', ApiKeyType);

builder.objectField(ViewerType, 'apiKey', (t) =>
  t.field({
    type: ApiKeyType,
    nullable: true,
    description: 'The key that was presented; null for a person.',
    resolve: (_, __, context) => ownKey(context),
  }),
);

builder.queryField('apiKeys', (t) =>
  t.field({
    type: ApiKeyConnection,
    nullable: true,
    description:
      'Keys to this API, newest first. An administrator sees all, a caller their own; those of the settings are in no list.',
    args: pageArgs,
    resolve: (_, args, context) => listApiKeys(args, context),
  }),
);

const CreateApiKeyInput = builder.inputType('CreateApiKeyInput', {
  description: 'What the key is to be.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'What it is for; 1 to 100 characters.' }),
    scopes: t.field({ type: [ScopeType], required: true, description: 'At least one; none you lack.' }),
    expiresAt: t.field({ type: 'DateTime', description: 'In the future. Without it, not by itself.' }),
    requestsPerMinute: t.int({ description: '1 or more. Without it, no limit of its own.' }),
  }),
});
const RotateApiKeyInput = builder.inputType('RotateApiKeyInput', {
  description: 'Which key is to have a new secret.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'Of an ApiKey.' }),
    graceSeconds: t.int({
      defaultValue: defaultGraceSeconds,
      description: 'How long the old secret stays good: 0 to 2592000 (30 days).',
    }),
  }),
});
const RevokeApiKeyInput = builder.inputType('RevokeApiKeyInput', {
  description: 'Which key is to be good no more.',
  fields: (t) => ({ id: t.id({ required: true, description: 'Of an ApiKey.' }) }),
});

const CreateApiKeyPayload = builder.objectRef<NewSecret>('CreateApiKeyPayload').implement({
  description: 'The key, and its secret.',
  fields: (t) => ({
    apiKey: t.expose('apiKey', { type: ApiKeyType, description: 'As it is now.' }),
    secret: t.exposeString('secret', {
      description: 'Shown this once. Send it as the header X-API-Key.',
    }),
  }),
});
const RevokeApiKeyPayload = builder.objectRef<{ apiKey: ApiKey }>('RevokeApiKeyPayload').implement({
  description: 'The key that was revoked.',
  fields: (t) => ({ apiKey: t.expose('apiKey', { type: ApiKeyType, description: 'As it is now.' }) }),
});

builder.mutationFields((t) => ({
  createApiKey: t.field({
    type: CreateApiKeyPayload,
    nullable: true,
    description: 'Makes a key. Never more scopes, a later end, nor a higher limit, than the caller has.',
    extensions: { upstream: 'LOCAL' },
    args: { input: t.arg({ type: CreateApiKeyInput, required: true, description: 'What it is to be.' }) },
    resolve: (_, { input }, context) => createApiKey(input, context),
  }),
  rotateApiKey: t.field({
    type: CreateApiKeyPayload,
    nullable: true,
    description:
      'A new secret; the old one keeps working until graceSeconds have passed, and one before that no more.',
    extensions: { upstream: 'LOCAL' },
    args: { input: t.arg({ type: RotateApiKeyInput, required: true, description: 'Which one.' }) },
    resolve: (_, { input }, context) => rotateApiKey(input, context),
  }),
  revokeApiKey: t.field({
    type: RevokeApiKeyPayload,
    nullable: true,
    description: 'Ends a key at once, and with it the keys that it made. Nothing brings it back.',
    extensions: { upstream: 'LOCAL' },
    args: { input: t.arg({ type: RevokeApiKeyInput, required: true, description: 'Which one.' }) },
    resolve: (_, { input }, context) => revokeApiKey(input, context),
  }),
}));
