import { effect, type Signal, signal } from '@preact/signals';

/** A signal that survives a reload. What can't be read or kept is as if it had never been. */
export function storedSignal<T>(name: string, usual: T, isRight: (value: unknown) => boolean): Signal<T> {
  const value = signal(read(name, isRight) ?? usual);
  effect(() => store(name, value.value));

  function read(key: string, check: (found: unknown) => boolean): T | undefined {
    try {
      const found: unknown = JSON.parse(localStorage.getItem(`outcrop.${key}`) ?? 'null');
      return check(found) ? (found as T) : undefined;
    } catch {
      return undefined;
    }
  }

  return value;
}

export function store(name: string, value: unknown): void {
  try {
    localStorage.setItem(`outcrop.${name}`, JSON.stringify(value));
  } catch {
    // A full or forbidden storage costs the reload, and nothing else.
  }
}
