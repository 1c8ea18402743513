export {
  aFlag,
  aFunction,
  aListOf,
  aNumber,
  anObject,
  aText,
  aWholeNumber,
  type OptionCheck,
  oneOf,
  required,
} from './checks.ts';
export { type OptionChecks, optionProblems } from './option-problems.ts';
export { clockChecks, deadlineChecks } from './time-checks.ts';
