import type { Settings } from './settings.ts';

export type DatabricksConfig = Readonly<{
  /** The workspace's address. */
  host: string;
  /** How many questions the workspace takes in a minute, from everybody together. */
  questionsPerMinute: number;
  /** How long a question may wait for its turn, in milliseconds. */
  questionDeadlineMs: number;
}>;

export function readDatabricks(settings: Settings): DatabricksConfig | null {
  const host = settings.url('DATABRICKS_HOST');
  const questionsPerMinute = settings.whole('DATABRICKS_QUESTIONS_PER_MINUTE', 5, { min: 1, max: 10_000 });
  const seconds = settings.whole('DATABRICKS_QUESTION_WAIT_SECONDS', 30, { max: 600 });
  if (!host) return null;
  if (new URL(host).pathname !== '/')
    settings.fault('DATABRICKS_HOST', 'an address without a path was expected');
  return { host, questionsPerMinute, questionDeadlineMs: seconds * 1000 };
}
