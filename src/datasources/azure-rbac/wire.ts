import { z } from 'zod';

/** Shapes of Microsoft.Authorization (2022-04-01) as far as they are read; kinds of principal are an open list. */

const text = z.string().nullish();
const list = z.array(z.string()).nullish();

export const assignment = z.object({
  id: z.string(),
  name: z.string(),
  properties: z.object({
    roleDefinitionId: z.string(),
    principalId: z.string(),
    principalType: text,
    scope: z.string(),
    condition: text,
    createdOn: text,
  }),
});
export const assignments = z.object({ value: z.array(assignment), nextLink: text });

export const definition = z.object({
  name: z.string(),
  properties: z.object({
    roleName: z.string(),
    type: text,
    description: text,
    permissions: z.array(z.object({ actions: list, dataActions: list })).nullish(),
  }),
});
export const definitions = z.object({ value: z.array(definition), nextLink: text });

export type WireAssignment = z.infer<typeof assignment>;
export type WireDefinition = z.infer<typeof definition>;
