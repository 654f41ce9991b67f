import { crc32 } from 'node:zlib';

/** Files of a run by name: what a runner leaves to be looked at. */
export type Workspace = Record<string, string>;

/** A ZIP archive of the files, stored as they are. Layout: APPNOTE.TXT 4.3. */
export function zipOf(workspace: Workspace): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(workspace)) {
    const content = Buffer.from(text);
    const shared = sharedHeader(content, name);
    const local = Buffer.concat([signature(0x04034b50), shared, Buffer.from(name), content]);
    directory.push(directoryEntry(shared, name, offset));
    files.push(local);
    offset += local.length;
  }
  const entries = Buffer.concat(directory);
  return Buffer.concat([...files, entries, directoryEnd(directory.length, entries.length, offset)]);
}

function signature(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** Fields that a file's own header and its directory entry have in common: version 2.0, stored, no date. */
function sharedHeader(content: Buffer, name: string): Buffer {
  const bytes = Buffer.alloc(26);
  bytes.writeUInt16LE(20, 0);
  bytes.writeUInt16LE(0x21, 8);
  bytes.writeUInt32LE(crc32(content), 10);
  bytes.writeUInt32LE(content.length, 14);
  bytes.writeUInt32LE(content.length, 18);
  bytes.writeUInt16LE(Buffer.byteLength(name), 22);
  return bytes;
}

function directoryEntry(shared: Buffer, name: string, offset: number): Buffer {
  const madeBy = Buffer.from([20, 0]);
  const rest = Buffer.alloc(14);
  rest.writeUInt32LE(offset, 10);
  return Buffer.concat([signature(0x02014b50), madeBy, shared, rest, Buffer.from(name)]);
}

function directoryEnd(count: number, size: number, offset: number): Buffer {
  const bytes = Buffer.alloc(18);
  bytes.writeUInt16LE(count, 4);
  bytes.writeUInt16LE(count, 6);
  bytes.writeUInt32LE(size, 8);
  bytes.writeUInt32LE(offset, 12);
  return Buffer.concat([signature(0x06054b50), bytes]);
}

/** What the service says of bytes, which JSON cannot hold. */
export function bytesStub(bytes: Buffer) {
  const shown = pythonBytes(bytes);
  return {
    _type: 'bytes',
    _module: 'builtins',
    _repr: shown.length > 200 ? `${shown.slice(0, 200)}...` : shown,
    _serialization_error: 'Value is not JSON-serializable.',
  };
}

const escapes: Record<number, string> = { 9: '\\t', 10: '\\n', 13: '\\r', 39: "\\'", 92: '\\\\' };

/** `repr()` of Python bytes; of long ones the beginning, which is all that is shown. */
const pythonBytes = (bytes: Buffer): string =>
  `b'${[...bytes.subarray(0, 300)]
    .map((byte) => escapes[byte] ?? (byte < 32 || byte > 126 ? hex(byte) : String.fromCharCode(byte)))
    .join('')}'`;

const hex = (byte: number): string => `\\x${byte.toString(16).padStart(2, '0')}`;
