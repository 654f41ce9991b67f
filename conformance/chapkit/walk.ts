import type { Answer, Ask } from './ask.ts';
import { configures } from './steps/configure.ts';
import { describes } from './steps/describe.ts';
import { fails } from './steps/fail.ts';
import { refuses } from './steps/refuse.ts';
import { ends, relates } from './steps/relate.ts';
import { samples } from './steps/sample.ts';
import type { Steps } from './steps/step.ts';
import { works } from './steps/work.ts';

/** Every answer of one walk, under the name of its step. */
export type Walk = Map<string, Answer>;

/** Walks through the API of one service: the same steps for the real one and the emulated. */
export async function walk(ask: Ask): Promise<Walk> {
  const answers: Walk = new Map();
  const step: Steps['step'] = async (name, method, path, asked) => {
    const answer = await ask(method, path, asked);
    answers.set(name, answer);
    return answer;
  };
  const api = { ask, step };
  await describes(api);
  await refuses(api);
  const config = await configures(api);
  const made = await works(api, config);
  await fails(api, { config, ...made });
  await samples(api, config);
  await relates(api, config);
  await ends(api, config);
  return answers;
}
