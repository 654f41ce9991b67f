import type { AgentScript } from './script.ts';
import { storyteller } from './storyteller.ts';

/** The agents of the project, newest first. */
export const catalogue: readonly AgentScript[] = [storyteller];

export const agentNamed = (name: string): AgentScript | undefined =>
  catalogue.find((agent) => agent.name === name);

export const latestVersion = ({ versions }: AgentScript): string => String(versions);
