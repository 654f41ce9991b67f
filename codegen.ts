import type { CodegenConfig } from '@graphql-codegen/cli';

/** Typed operations for the gateway's tests: `npm run codegen` after a change of schema.graphql or of an operation. */
const config: CodegenConfig = {
  schema: 'schema.graphql',
  documents: ['test/gateway/**/*.ts', '!test/gateway/graphql/**'],
  generates: {
    'test/gateway/graphql/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        enumsAsTypes: true,
        useTypeImports: true,
        documentMode: 'string',
        importExtension: '.ts',
        scalars: { DateTime: 'string', JSON: 'unknown', SafeInt: 'number', File: 'File' },
      },
    },
  },
};
export default config;
