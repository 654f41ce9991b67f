import { describe, expect, test } from 'vitest';
import { askGenie } from '../../src/resolvers/genie/ask.ts';
import { conversationsOf, getConversation, listSpaces } from '../../src/resolvers/genie/reading.ts';
import { conversationId, secretId, space, spaceId, stage } from './genie-support.ts';

const question = 'How many orders?';

describe('a service', () => {
  test('asks as the application where nothing is said, and what it began is its own', async () => {
    const { by, store, workspace } = stage();
    const { message } = await askGenie({ spaceId, question }, by('job'));
    expect(message.as).toBe('APP');
    expect(workspace.callsOf('ask')).toMatchObject([{ by: 'app' }]);
    expect(store.conversations).toMatchObject([{ as: 'APP', owner: 'apikey:job' }]);
    const { edges } = await conversationsOf({ key: space }, {}, by('job'));
    expect(edges.map(({ node }) => node.id)).toEqual([conversationId(message)]);
  });

  test('that would ask as a person is told that it stands for none, before anything is called', async () => {
    const { by, workspace } = stage();
    await expect(askGenie({ spaceId, question, as: 'USER' }, by('job'))).rejects.toMatchObject({
      code: 'FORBIDDEN',
      message: expect.stringMatching(/stands for no person/),
      details: { field: 'input.as' },
    });
    expect(workspace.calls).toEqual([]);
  });

  test('lists the spaces of the application', async () => {
    const { by, workspace } = stage();
    await listSpaces({}, by('job'));
    expect(workspace.callsOf('listSpaces')).toMatchObject([{ by: 'app', as: 'APP' }]);
  });

  test("has nothing of what others asked as the application, though Genie shows it as the application's", async () => {
    const { by } = stage();
    const { message } = await askGenie({ spaceId: secretId, question, as: 'APP' }, by('mia'));
    const id = conversationId(message);
    await expect(getConversation(id, 'id', by('job'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await conversationsOf({ key: message.spaceKey }, {}, by('job'))).edges).toEqual([]);
  });
});
