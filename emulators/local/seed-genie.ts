import type { GraphQLClient } from './gateway-client.ts';
import type { Sample, Step } from './seed.ts';

/** Finds the space that everybody may ask, and asks it a question. */
export async function seedGenie(graphql: GraphQLClient, sample: Sample, step: Step): Promise<void> {
  const spaceId = sample.spaceId ?? (await findSpace(graphql));
  if (spaceId === null) return;
  if (sample.spaceId === null) step({ spaceId });
  if (sample.questionId === null) step({ questionId: await ask(graphql, spaceId) });
}

async function findSpace(graphql: GraphQLClient): Promise<string | null> {
  const { genieSpaces } = await graphql<{ genieSpaces: { nodes: { id: string; title: string }[] } }>(
    '{ genieSpaces(first: 100) { nodes { id title } } }',
    {},
  );
  return genieSpaces.nodes.find(({ title }) => title === 'Retail sales')?.id ?? null;
}

async function ask(graphql: GraphQLClient, spaceId: string): Promise<string> {
  const { askGenie } = await graphql<{ askGenie: { message: { id: string } } }>(
    'mutation ($input: AskGenieInput!) { askGenie(input: $input) { message { id } } }',
    { input: { spaceId, question: 'What is the revenue by region?', clientMessageId: 'sample' } },
  );
  return askGenie.message.id;
}
