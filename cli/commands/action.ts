import { type Command, InvalidArgumentError } from 'commander';
import { type Cli, openCli } from '../cli.ts';
import type { World } from '../world.ts';

/** A command's work as commander calls it: with its arguments and options, and the command last. */
export const action =
  <Args extends unknown[]>(world: World, work: (cli: Cli, ...args: Args) => Promise<void>) =>
  async (...all: [...Args, Command]): Promise<void> => {
    const command = all.at(-1) as Command;
    await work(await openCli(world, command), ...(all.slice(0, -1) as Args));
  };

/** Lines under the help of a command: what to type, and what it does. */
export const examples = (...lines: readonly (readonly [line: string, what: string])[]): string => {
  const width = Math.max(...lines.map(([line]) => line.length));
  const shown = lines.map(([line, what]) => `  $ ${line.padEnd(width)}  ${what}`.trimEnd());
  return `\nExamples:\n${shown.join('\n')}`;
};

/** For an option that takes a whole number. */
export const whole =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (Number.isSafeInteger(value) && value >= least && value <= most && text.trim() !== '') return value;
    throw new InvalidArgumentError(`A whole number from ${least} to ${most} was expected.`);
  };

const secondsOf: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Seconds of a text such as `90s`, `15m`, `24h` or `30d`. */
export function duration(text: string): number {
  const [, amount, unit = 's'] = /^(\d{1,9})([smhd]?)$/.exec(text) ?? [];
  if (amount === undefined) throw new InvalidArgumentError('Such as 90s, 15m, 24h or 30d.');
  return Number(amount) * (secondsOf[unit || 's'] as number);
}
