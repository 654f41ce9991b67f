import { badInput } from '../../domain/errors.ts';
import { columnsIn, delimiterOf, firstLine, isBlank, longestHeader } from './delimited.ts';
import type { UploadKind } from './upload-name.ts';

export type TableForm = { columns: string[]; delimiter: string };

/** Looks at a file's bytes as they pass. All its methods throw BAD_USER_INPUT for `input.file`. */
export type ContentCheck = {
  /** Refuses early what is no table. */
  see(chunk: Uint8Array): void;
  /** Refuses what turned out empty. The header of a table; null for any other file. */
  end(): TableForm | null;
};

export const refused = (why: string) => badInput('input.file', `input.file: ${why}`);

/** Any other file need only hold something that is not blank. */
function checkFile(): ContentCheck {
  let empty = true;
  return {
    see(chunk) {
      empty &&= chunk.every(isBlank);
    },
    end() {
      if (empty) throw refused('the file is empty.');
      return null;
    },
  };
}

/** A table has a header within its first 64 KiB, and at least one row. */
function checkTable(kind: UploadKind): ContentCheck {
  let head = Buffer.alloc(0);
  let form: TableForm | null = null;
  let empty = true;

  const readHead = (complete: boolean) => {
    const first = firstLine(head, complete);
    if (complete && head.every(isBlank)) throw refused('the file is empty.');
    if (!first) throw refused(`no header line ends within the first ${longestHeader / 1024} KiB.`);
    form = formOf(first.line, kind);
    empty = head.subarray(first.end).every(isBlank);
    head = Buffer.alloc(0);
  };
  return {
    see(chunk) {
      if (form) {
        empty &&= chunk.every(isBlank);
        return;
      }
      head = Buffer.concat([head, chunk]);
      if (head.length >= longestHeader) readHead(false);
    },
    end() {
      if (!form) readHead(true);
      if (empty) throw refused('the table has a header, but no rows.');
      return form;
    },
  };
}

function formOf(line: Uint8Array, kind: UploadKind): TableForm {
  if (line.includes(0)) throw refused('the table is not text in UTF-8; a spreadsheet must be saved as CSV.');
  const delimiter = kind === 'TSV' ? '\t' : delimiterOf(line);
  const columns = namesIn(line, delimiter);
  if (columns.every((name) => name === '')) throw refused('the header line names no column.');
  return { delimiter, columns };
}

function namesIn(line: Uint8Array, delimiter: string): string[] {
  try {
    return columnsIn(line, delimiter);
  } catch {
    throw refused('the header line is not delimited text in UTF-8.');
  }
}

export const checkContent = (kind: UploadKind): ContentCheck =>
  kind === 'OTHER' ? checkFile() : checkTable(kind);
