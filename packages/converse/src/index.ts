/** A stub. */
export const hello = 1;
