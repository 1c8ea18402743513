export { type FileJournal, type JournalOptions, openJournal } from './journal.ts';
export { isJournalError, type JournalDifference, JournalError } from './journal-error.ts';
