import type { CodegenConfig } from '@graphql-codegen/cli';

const output = {
  preset: 'client',
  presetConfig: { fragmentMasking: false },
  config: {
    enumsAsTypes: true,
    useTypeImports: true,
    documentMode: 'string',
    importExtension: '.ts',
    scalars: { DateTime: 'string', JSON: 'unknown', SafeInt: 'number', File: 'File' },
  },
} as const;

/**
 * Typed operations of the command line and of the gateway's tests: `npm run codegen` after a change of
 * schema.graphql or of an operation.
 */
const config: CodegenConfig = {
  schema: 'schema.graphql',
  generates: {
    'cli/graphql/': { ...output, documents: ['cli/operations.ts'] },
    'test/gateway/graphql/': {
      ...output,
      documents: ['test/gateway/**/*.ts', '!test/gateway/graphql/**'],
    },
  },
};
export default config;
