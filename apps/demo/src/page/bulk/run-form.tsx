import { signal } from '@preact/signals';
import { setup } from '../setup.ts';
import { storedSignal } from '../stored.ts';
import { start } from './bulk.ts';
import { promptsIn, samplePrompts } from './prompts.ts';

const text = signal('');
const chosen = storedSignal<string[]>('bulk-models', [], (value) => Array.isArray(value));
const sampleCounts = [200, 2_000, 10_000];

/** Where a run is written: prompts, and the models that may answer them. */
export function RunForm() {
  const { models = [] } = setup.value ?? {};
  const picked = models.filter((name) => chosen.value.includes(name));
  const used = picked.length > 0 ? picked : models.slice(0, 1);
  const prompts = promptsIn(text.value);

  function toggle(name: string): void {
    const next = used.includes(name) ? used.filter((each) => each !== name) : [...used, name];
    if (next.length > 0) chosen.value = next;
  }

  return (
    <form
      class="run-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (prompts.length > 0) start(used, prompts);
      }}
    >
      <h1>Thousands of prompts</h1>
      <p class="quiet">
        They are run as fast as the quota allows, which is found out on the way. A journal keeps every answer: kill the
        server, start it again, and the run goes on where it was.
      </p>
      <label for="prompts">Prompts, one a line, or JSON lines with a field “prompt”</label>
      <textarea
        id="prompts"
        rows={9}
        value={text.value}
        spellcheck={false}
        onInput={({ currentTarget }) => {
          text.value = currentTarget.value;
        }}
      />
      <div class="row">
        {sampleCounts.map((count) => (
          <button
            key={count}
            type="button"
            class="small"
            onClick={() => {
              text.value = samplePrompts(count).join('\n');
            }}
          >
            {count.toLocaleString('en')} samples
          </button>
        ))}
        <label class="button small">
          Upload a file
          <input
            type="file"
            class="hidden"
            accept=".txt,.jsonl,.csv,text/*"
            onChange={async ({ currentTarget }) => {
              text.value = (await currentTarget.files?.[0]?.text()) ?? text.value;
            }}
          />
        </label>
      </div>
      <fieldset class="choices">
        <legend>Models that share the work</legend>
        {models.map((name) => (
          <label key={name} class="choice">
            <input type="checkbox" checked={used.includes(name)} onChange={() => toggle(name)} />
            {name}
          </label>
        ))}
      </fieldset>
      {setup.value?.mode === 'aws' && <p class="problem">This is AWS: every prompt costs money on your account.</p>}
      <button type="submit" class="primary" disabled={prompts.length === 0}>
        Run {prompts.length.toLocaleString('en')} prompts
      </button>
    </form>
  );
}
