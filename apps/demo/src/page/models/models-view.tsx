import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { ModelRow } from '../../server/models.ts';
import { ask } from '../ask.ts';
import { Scrollable } from '../scrollable.tsx';
import { storedSignal } from '../stored.ts';

const rows = signal<ModelRow[] | undefined>(undefined);
const query = storedSignal('models-query', '', (value) => typeof value === 'string');
const region = signal('');
const ability = signal('');
const hasRetired = signal(false);
const order = signal<{ by: keyof typeof columns; isDescending: boolean }>({ by: 'name', isDescending: false });

const columns = {
  name: { title: 'Model', of: ({ name }) => name.toLowerCase() },
  provider: { title: 'Maker', of: (row) => row.provider.toLowerCase() },
  context: { title: 'Context', of: ({ contextTokens }) => contextTokens },
  output: { title: 'Output', of: ({ maxOutputTokens }) => maxOutputTokens },
  in: { title: '$ / M in', of: ({ usdPerMillionIn }) => usdPerMillionIn },
  out: { title: '$ / M out', of: ({ usdPerMillionOut }) => usdPerMillionOut },
} as const satisfies Record<string, { title: string; of: (row: ModelRow) => string | number | undefined }>;

/** The catalog as a table. */
export function ModelsView() {
  useEffect(() => {
    load();
  }, []);
  const all = rows.value ?? [];
  const shown = sorted(all.filter(isWanted));
  return (
    <div class="models">
      <search class="filters">
        <label>
          <span class="hidden">Search</span>
          <input
            type="search"
            placeholder="Name, id, profile, maker …"
            value={query.value}
            onInput={({ currentTarget }) => {
              query.value = currentTarget.value;
            }}
          />
        </label>
        <Choice
          title="Can"
          signal={ability}
          options={[...new Set(all.flatMap(({ can }) => can))]}
          any="does anything"
        />
        <Choice
          title="Region"
          signal={region}
          options={[...new Set(all.flatMap(({ regions }) => regions))].sort()}
          any="in any region"
        />
        <label class="choice">
          <input
            type="checkbox"
            checked={hasRetired.value}
            onChange={({ currentTarget }) => {
              hasRetired.value = currentTarget.checked;
            }}
          />
          retired ones too
        </label>
        <output aria-live="polite">{rows.value ? `${shown.length} of ${all.length} models` : 'Loading …'}</output>
      </search>
      <Scrollable label="Models">
        <table>
          <thead>
            <tr>
              {Object.entries(columns).map(([name, { title }]) => (
                <Header key={name} name={name as keyof typeof columns} title={title} />
              ))}
              <th scope="col">Can</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((row) => (
              <Row key={row.id} row={row} />
            ))}
          </tbody>
        </table>
      </Scrollable>
    </div>
  );
}

async function load(): Promise<void> {
  rows.value ??= (await ask('/api/models')) as ModelRow[];
}

function isWanted({ id, name, provider, profiles, regions, can, status }: ModelRow): boolean {
  const text = [id, name, provider, ...profiles].join(' ').toLowerCase();
  const words = query.value.toLowerCase().split(/\s+/);
  if (status === 'retired' && !hasRetired.value) return false;
  if (region.value !== '' && !regions.includes(region.value)) return false;
  if (ability.value !== '' && !can.includes(ability.value as never)) return false;
  return words.every((word) => text.includes(word));
}

/** What is not known comes last, whichever way round. */
function sorted(all: ModelRow[]): ModelRow[] {
  const { by, isDescending } = order.value;
  const { of } = columns[by];
  return all.toSorted((a, b) => {
    const [left, right] = [of(a), of(b)];
    if (left === undefined || right === undefined) return Number(left === undefined) - Number(right === undefined);
    if (left === right) return 0;
    return left < right === isDescending ? 1 : -1;
  });
}

function Header({ name, title }: { name: keyof typeof columns; title: string }) {
  const { by, isDescending } = order.value;
  const direction = by !== name ? 'none' : isDescending ? 'descending' : 'ascending';
  return (
    <th scope="col" aria-sort={direction}>
      <button
        type="button"
        class="plain"
        onClick={() => {
          order.value = { by: name, isDescending: by === name && !isDescending };
        }}
      >
        {title}
      </button>
    </th>
  );
}

function Row({ row }: { row: ModelRow }) {
  const { id, name, provider, status, contextTokens, maxOutputTokens, usdPerMillionIn, usdPerMillionOut, can } = row;
  return (
    <tr>
      <th scope="row">
        {name}
        {status !== 'active' && <em class="badge">{status}</em>}
        <code>{id}</code>
      </th>
      <td>{provider}</td>
      <td class="number">{contextTokens?.toLocaleString('en')}</td>
      <td class="number">{maxOutputTokens?.toLocaleString('en')}</td>
      <td class="number">{usdPerMillionIn}</td>
      <td class="number">{usdPerMillionOut}</td>
      <td class="can">
        {can
          .filter((each) => !usual.has(each))
          .map((each) => each.replaceAll('_', ' '))
          .join(', ')}
      </td>
    </tr>
  );
}

// Nearly every model has these.
const usual: ReadonlySet<string> = new Set([
  'converse',
  'streaming',
  'system_prompt',
  'streaming_tools',
  'forced_tools',
]);

type ChoiceProps = { title: string; signal: { value: string }; options: string[]; any: string };

function Choice({ title, signal: chosen, options, any }: ChoiceProps) {
  return (
    <label>
      <span class="hidden">{title}</span>
      <select
        value={chosen.value}
        onChange={({ currentTarget }) => {
          chosen.value = currentTarget.value;
        }}
      >
        <option value="">{any}</option>
        {options.map((each) => (
          <option key={each} value={each}>
            {each.replaceAll('_', ' ')}
          </option>
        ))}
      </select>
    </label>
  );
}
