/** UTC, but whole seconds and no zone: as the database has them. */
export const entityTime = (at: number): string => new Date(at).toISOString().slice(0, 19);

/** Microseconds and `Z`. */
export const jobTime = (at: number): string => new Date(at).toISOString().replace('Z', '000Z');

/** Microseconds and an offset. */
export const metadataTime = (at: number): string => new Date(at).toISOString().replace('Z', '000+00:00');
