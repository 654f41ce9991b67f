import { z } from 'zod';
import { codeOf } from '../../domain/errors.ts';
import type { Connection } from './connection.ts';
import { known } from './places.ts';
import { conversation } from './wire.ts';

export async function createConversation(
  { openAI }: Connection,
  metadata: Record<string, string>,
): Promise<string> {
  const json = { metadata };
  const { id } = await openAI({ method: 'POST', path: '/conversations', json, schema: conversation });
  return id;
}

export async function deleteConversation({ openAI }: Connection, id: string): Promise<void> {
  const path = `/conversations/${known.conversation(id)}`;
  await openAI({ method: 'DELETE', path, schema: z.unknown() }).catch((error: unknown) => {
    if (codeOf(error) !== 'NOT_FOUND') throw error;
  });
}
