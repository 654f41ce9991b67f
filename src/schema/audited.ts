import { defaultFieldResolver, type GraphQLField, type GraphQLSchema } from 'graphql';
import type { Context } from '../context.ts';
import type { Provider } from '../domain/providers.ts';
import { auditMutation } from '../resolvers/audit.ts';

/** Makes every mutation leave an event in the trail, so that none can be added that does not. */
export function audited(schema: GraphQLSchema): GraphQLSchema {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) audit(field);
  return schema;
}

/** The field's extension `upstream` names the platform that it uses; without one, the id that it is given does. */
function audit(field: GraphQLField<unknown, Context>): void {
  const resolve = field.resolve ?? defaultFieldResolver;
  const upstream = (field.extensions.upstream as Provider | undefined) ?? null;
  field.resolve = (source, args, context, info) =>
    auditMutation({ action: field.name, upstream, input: args.input }, context, async () =>
      resolve(source, args, context, info),
    );
}
