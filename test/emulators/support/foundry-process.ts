// Runs a project in the home given as argument, and tells how a client reaches it, until it is killed.
import { startTestProject } from './foundry.ts';

const project = await startTestProject({ home: process.argv[2] ?? '', pace: 10 });
const client = { baseURL: `${project.foundry.projectEndpoint}/openai/v1`, apiKey: project.token('Ada') };
process.stdout.write(JSON.stringify(client));
