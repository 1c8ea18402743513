export { type FileJournal, type JournalOptions, openJournal } from './journal.ts';
export { isJournalError, JournalError } from './journal-error.ts';
