import { Command } from 'commander';
import packageJson from '../package.json' with { type: 'json' };
import { addAsk } from './commands/ask.ts';
import { addChat } from './commands/chat.ts';
import { addConfig } from './commands/config.ts';
import { addDatasets } from './commands/datasets.ts';
import { addHealth } from './commands/health.ts';
import { addKeys } from './commands/keys.ts';
import { addLogin } from './commands/login.ts';
import { addLogout } from './commands/logout.ts';
import { addMoreLists } from './commands/more-lists.ts';
import { addPredict } from './commands/predict.ts';
import { addRuns } from './commands/runs.ts';
import { addServices } from './commands/services.ts';
import { addTrain } from './commands/train.ts';
import { addWatch } from './commands/watch.ts';
import type { World } from './world.ts';

const environment = `
Environment:
  MLGRAPH_URL         address of the server
  MLGRAPH_API_KEY     a key of the API, for scripts; counts more than a sign-in
  MLGRAPH_CONFIG_DIR  where settings and sign-ins are kept
  NO_COLOR            no colours, no progress bars

Exit codes:
  0 done · 1 the run failed · 2 wrong usage or input · 3 sign-in needed · 4 refused · 5 not found · 6 too many requests
  7 server not reached · 8 server or platform failed · 9 the run was canceled · 10 conflict · 130 interrupted

Start with:
  $ mlgraph login --url https://mlgraph.example.com`;

/** The whole command line. Every command takes the options of the top, before or behind its name. */
export function createProgram(world: World, json: boolean): Command {
  const program = new Command('mlgraph')
    .description('The machine-learning platforms of the company, from a terminal.')
    .version(packageJson.version)
    .option('--url <address>', 'the server')
    .option('--issuer <address>', 'who signs people in, or a part of its address')
    .option('--client-id <id>', 'of the command line, at the issuer')
    .option('--json', 'results for programs: one JSON document, or JSON lines')
    .option('--verbose', 'tell each request, with its id and time, on stderr')
    .exitOverride()
    .showHelpAfterError(json ? false : 'Add --help for what there is.')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => void world.stdout.write(text),
      writeErr: (text) => void world.stderr.write(text),
      outputError: (text, write) => void (json || write(text)),
      getOutHelpWidth: () => world.stdout.columns ?? 100,
      getErrHelpWidth: () => world.stderr.columns ?? 100,
    })
    .addHelpText('after', environment);
  addLogin(program, world);
  addLogout(program, world);
  addConfig(program, world);
  addHealth(program, world);
  addServices(program, world);
  addKeys(program, world);
  addDatasets(program, world);
  addWatch(addRuns(program, world), world);
  addMoreLists(program, world);
  addChat(program, world);
  addAsk(program, world);
  addTrain(program, world);
  addPredict(program, world);
  return program;
}
