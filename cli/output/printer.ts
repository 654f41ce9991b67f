import type { Output } from './output.ts';

/** Prints a text that comes in parts, each word once, although a stream may begin again. */
export type Printer = {
  append(text: string): void;
  /** What comes next is the beginning once more. */
  restart(): void;
  /** The whole text as it counts, whatever the parts added up to. */
  complete(content: string): void;
  /** Ends the line. */
  end(): void;
};

/** With --json it prints nothing: the events tell it all. */
export function createPrinter(out: Output): Printer {
  let printed = '';
  let received = '';
  let open = false;
  const print = (text: string) => {
    if (text === '' || out.json) return;
    out.write(text);
    open = !text.endsWith('\n');
  };
  const catchUp = () => {
    if (received.length <= printed.length || !received.startsWith(printed)) return;
    print(received.slice(printed.length));
    printed = received;
  };
  return {
    append(text) {
      received += text;
      catchUp();
    },
    restart() {
      received = '';
    },
    complete(content) {
      received = content;
      if (content.startsWith(printed)) return catchUp();
      print(`\n\n${content}`);
      printed = content;
    },
    end() {
      if (open) out.write('\n');
      open = false;
    },
  };
}
