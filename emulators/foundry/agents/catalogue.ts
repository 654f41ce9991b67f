import { clerk } from './clerk.ts';
import { filtered } from './filtered.ts';
import { fragile } from './fragile.ts';
import { librarian } from './librarian.ts';
import { popular } from './popular.ts';
import { retired } from './retired.ts';
import type { AgentScript } from './script.ts';
import { slow } from './slow.ts';
import { storyteller } from './storyteller.ts';

/** The agents of the project, newest first. */
export const catalogue: readonly AgentScript[] = [
  storyteller,
  clerk,
  librarian,
  fragile,
  popular,
  slow,
  filtered,
  retired,
];

export const agentNamed = (name: string): AgentScript | undefined =>
  catalogue.find((agent) => agent.name === name);

export const latestVersion = ({ versions }: AgentScript): string => String(versions);
