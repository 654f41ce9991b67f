/** C0 and C1 controls but tab and newline, and DEL: with them a text could move the cursor or rename the window. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is removed.
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** Somebody else's text as it may be written to a terminal. */
export const clean = (text: string): string => text.replace(/\r\n/g, '\n').replace(controls, '');
