import { readFile, stat } from 'node:fs/promises';

/** How a mounted file of keys is looked at: `mark` is another text once it has changed. */
export type KeyFile = { mark(path: string): Promise<string>; read(path: string): Promise<string> };

export const keyFile: KeyFile = {
  async mark(path) {
    const { mtimeMs, size, ino } = await stat(path);
    return [mtimeMs, size, ino].join(' ');
  },
  read: (path) => readFile(path, 'utf8'),
};
