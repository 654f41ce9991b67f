import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AIProjectClient } from '@azure/ai-projects';
import { createDefaultHttpClient, type HttpClient } from '@azure/core-rest-pipeline';
import OpenAI from 'openai';
import type { ResponseStreamEvent } from 'openai/resources/responses/responses';
import { createEntra, type Entra } from '../../../emulators/entra/index.ts';
import { type Foundry, type FoundryOptions, startFoundry } from '../../../emulators/foundry/index.ts';
import { localTenant } from '../../../emulators/local/tenant.ts';

/** A project of its own, with the official clients for anyone. */
export type TestProject = AsyncDisposable & {
  foundry: Foundry;
  entra: Entra;
  home: string;
  token(person: string, audience?: string): string;
  openai(person?: string): OpenAI;
  /** The agent's own endpoint. */
  agentEndpoint(agent: string, person?: string): OpenAI;
  projects(person?: string): AIProjectClient;
  control(method: string, route: string, body?: unknown): Promise<Response>;
  /** Stops everything and starts it again on the same home. */
  restart(): Promise<void>;
};

export async function startTestProject(options: Partial<FoundryOptions> = {}): Promise<TestProject> {
  const home = options.home ?? (await mkdtemp(path.join(tmpdir(), 'foundry-')));
  const entra = createEntra({ ...localTenant, clientSecret: 'secret' });
  const start = () => startFoundry({ entra, pace: 0, ...options, home });
  const openai = (person: string, baseURL: string, query: Record<string, string> = {}) =>
    new OpenAI({ baseURL, apiKey: tokenFor(entra, person), defaultQuery: query, maxRetries: 0 });
  const project: TestProject = {
    foundry: await start(),
    entra,
    home,
    token: (person, audience) => tokenFor(entra, person, audience),
    openai: (person = 'Ada') => openai(person, `${project.foundry.projectEndpoint}/openai/v1`),
    agentEndpoint: (agent, person = 'Ada') =>
      openai(person, `${project.foundry.projectEndpoint}/agents/${agent}/endpoint/protocols/openai`, {
        'api-version': 'v1',
      }),
    projects: (person = 'Ada') =>
      projectClient(project.foundry.projectEndpoint, () => tokenFor(entra, person)),
    control: (method, route, body) =>
      fetch(`${project.foundry.url}/_control/${route}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    restart: async () => {
      await project.foundry.close();
      project.foundry = await start();
    },
    [Symbol.asyncDispose]: async () => {
      await project.foundry.close();
      if (options.home === undefined) await rm(home, { recursive: true, force: true });
    },
  };
  return project;
}

function tokenFor(entra: Entra, person: string, audience = 'https://ai.azure.com'): string {
  const oid = entra.people.find(({ name }) => name === person)?.oid;
  if (!oid) throw new Error(`nobody is called ${person}`);
  const at = Math.floor(Date.now() / 1000);
  const iss = `http://login.emulator.example/${entra.tenantId}/`;
  const times = { nbf: at, exp: at + 3600 };
  return entra.issueToken({ ver: '1.0', iss, aud: audience, tid: entra.tenantId, oid, ...times });
}

/** The client sends no bearer token over http, so its requests are changed for the time of the call. */
function projectClient(endpoint: string, token: () => string): AIProjectClient {
  const inner = createDefaultHttpClient();
  const httpClient: HttpClient = {
    sendRequest: async (request) => {
      const { url } = request;
      request.url = url.replace(/^https:/, 'http:');
      request.allowInsecureConnection = true;
      try {
        return await inner.sendRequest(request);
      } finally {
        request.url = url;
      }
    },
  };
  const credential = {
    getToken: async () => ({ token: token(), expiresOnTimestamp: Date.now() + 3_600_000 }),
  };
  return new AIProjectClient(endpoint.replace(/^http:/, 'https:'), credential, { httpClient });
}

/** What a request to run an agent holds besides what the client's types know. */
export const agent = (name: string) => ({ agent_reference: { type: 'agent_reference' as const, name } });

export type Streamed = { events: ResponseStreamEvent[]; text: string };

/** Reads a stream to its end. */
export async function read(stream: AsyncIterable<ResponseStreamEvent>): Promise<Streamed> {
  const events: ResponseStreamEvent[] = [];
  for await (const event of stream) events.push(event);
  return { events, text: textOf(events) };
}

export const textOf = (events: ResponseStreamEvent[]): string =>
  events.map((event) => (event.type === 'response.output_text.delta' ? event.delta : '')).join('');

/** Of the response whose first event is among these. */
export function idOf(events: ResponseStreamEvent[]): string {
  const [first] = events;
  if (first?.type !== 'response.created') throw new Error('the stream did not begin');
  return first.response.id;
}
