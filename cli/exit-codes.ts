/** What a script learns from how the command line ended; `docs/cli.md` tells the same. */
export const exitCodes = {
  ok: 0,
  /** The run, reply or answer that was waited for failed. */
  failed: 1,
  usage: 2,
  signInNeeded: 3,
  refused: 4,
  notFound: 5,
  rateLimited: 6,
  unreachable: 7,
  /** The server, or a platform behind it, failed. */
  upstream: 8,
  /** The run, reply or answer that was waited for was canceled. */
  canceled: 9,
  conflict: 10,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
