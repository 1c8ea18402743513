import { expect, onTestFinished, test, vi } from 'vitest';
import { tellListener } from './index.ts';

const wrong = new Error('A bug.');

const listeners = {
  'that throws': () => {
    throw wrong;
  },
  'that rejects': () => Promise.reject(wrong),
};

test.each(Object.entries(listeners))('a listener %s goes to who is to be told', async (_, listener) => {
  const report = vi.fn();
  tellListener(listener, 'event', report);
  await Promise.resolve();
  expect(report.mock.calls).toEqual([[wrong]]);
});

test.each(Object.entries(listeners))('by itself, one %s goes to the platform', async (_, listener) => {
  const reportError = vi.fn();
  vi.stubGlobal('reportError', reportError);
  onTestFinished(() => void vi.unstubAllGlobals());
  tellListener(listener, 'event');
  await Promise.resolve();
  expect(reportError.mock.calls).toEqual([[wrong]]);
});

test('or to the console, where the platform takes none', () => {
  vi.stubGlobal('reportError', undefined);
  const error = vi.spyOn(console, 'error').mockReturnValue();
  onTestFinished(() => void vi.unstubAllGlobals());
  onTestFinished(() => error.mockRestore());
  tellListener(listeners['that throws'], 'event');
  expect(error.mock.calls).toEqual([['outcrop: a listener of events has thrown.', wrong]]);
});

test('hears the event', () => {
  const listener = vi.fn();
  tellListener(listener, 'event');
  expect(listener.mock.calls).toEqual([['event']]);
});
