import { expect, test } from 'vitest';
import type { Context } from '../../src/context.ts';
import { encodeId } from '../../src/domain/ids.ts';
import { getNode } from '../../src/resolvers/nodes.ts';

const context = { caller: {}, azureML: { home: 'here' } } as unknown as Context;

test.each(['constructor', '__proto__', 'toString', 'Nothing'])(
  'an id of no concept is bad input: %s',
  async (concept) => {
    const id = encodeId({ concept, provider: 'AZURE_ML', home: 'here', key: ['a'] });
    await expect(getNode(id, 'id', context)).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      details: { field: 'id' },
    });
  },
);
