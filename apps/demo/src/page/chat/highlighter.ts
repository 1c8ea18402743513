import { common, createLowlight } from 'lowlight';

/** Highlights the languages that models write most, and gives a tree, not HTML. */
export const highlighter = createLowlight(common);
