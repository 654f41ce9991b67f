import { pino } from 'pino';
import { readConfig } from '../../../src/config.ts';
import { createGateway } from '../../../src/gateway.ts';
import { startTestEmulators, type TestEmulatorOptions, type TestEmulators } from '../../support/emulators.ts';
import type { TypedDocumentString } from '../graphql/graphql.ts';
import { type Asking, answerOf, askingAt, bearerOf, type GraphQLAnswer } from './asking.ts';

/** A whole gateway on emulators of its own, over real HTTP. */
export type Stack = AsyncDisposable &
  Asking & {
    emulators: TestEmulators;
    /** What the gateway logged, a line each. */
    logged: string[];
    /** An upload by the multipart request specification, with the file as `variables.input.file`. */
    upload<Data, Variables>(
      document: TypedDocumentString<Data, Variables>,
      input: Record<string, unknown>,
      file: File,
      as?: string,
    ): Promise<GraphQLAnswer<Data>>;
  };

export async function startStack(
  options: TestEmulatorOptions & { settings?: Record<string, string> } = {},
): Promise<Stack> {
  const emulators = await startTestEmulators(options);
  const logged: string[] = [];
  const log = pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) });
  const gateway = createGateway(readConfig({ ...emulators.settings, ...options.settings }), log);
  const { port } = await gateway.server.listen(0, '127.0.0.1');
  const url = `http://127.0.0.1:${port}/graphql`;
  const { tokens } = emulators;
  const bearer = bearerOf(tokens);
  return {
    ...askingAt(url, tokens),
    emulators,
    logged,
    async upload(document, input, file, as = 'Ada') {
      const form = new FormData();
      const variables = { input: { ...input, file: null } };
      form.append('operations', JSON.stringify({ query: document.toString(), variables }));
      form.append('map', JSON.stringify({ 0: ['variables.input.file'] }));
      form.append('0', file);
      return answerOf(await fetch(url, { method: 'POST', headers: bearer(as), body: form }));
    },
    async [Symbol.asyncDispose]() {
      await gateway.server.drain(1_000);
      await gateway.close();
      await emulators.close();
    },
  };
}
