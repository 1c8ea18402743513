import type { Switches } from '../../server/switches.ts';
import { changeSwitches, setup, switches } from '../setup.ts';

type ListName = { [Name in keyof Switches]: Switches[Name] extends string[] ? Name : never }[keyof Switches];

const regionSwitches: { list: ListName; title: string; says: string }[] = [
  { list: 'downRegions', title: 'Down', says: 'Every call is answered with 503' },
  { list: 'cutRegions', title: 'Cuts', says: 'Every stream breaks in the middle' },
  { list: 'slowRegions', title: 'Slow', says: 'Words come ten times as slowly' },
];

/** What breaks the emulated Bedrock, while it runs. */
export function SwitchPanel() {
  const state = switches.value;
  const { models = [], regions = [] } = setup.value ?? {};
  if (state === undefined) return <p class="quiet">On AWS there is nothing to break.</p>;
  const isAllWell = Object.values(state).every((value) => typeof value === 'number' || value.length === 0);
  return (
    <div class="switches">
      {regions.map((region) => (
        <fieldset key={region}>
          <legend>{region}</legend>
          {regionSwitches.map(({ list, title, says }) => (
            <Switch key={list} list={list} value={region} title={title} says={says} state={state} />
          ))}
        </fieldset>
      ))}
      <fieldset>
        <legend>Throttled models</legend>
        {models.map((model) => (
          <Switch
            key={model}
            list="throttledModels"
            value={model}
            title={model}
            says="Every call is answered with 429"
            state={state}
          />
        ))}
      </fieldset>
      <button type="button" class="small" disabled={isAllWell} onClick={repair}>
        Repair everything
      </button>
    </div>
  );
}

type SwitchProps = { list: ListName; value: string; title: string; says: string; state: Switches };

function Switch({ list, value, title, says, state }: SwitchProps) {
  const isOn = state[list].includes(value);
  const change = () =>
    changeSwitches({ [list]: isOn ? state[list].filter((each) => each !== value) : [...state[list], value] });
  return (
    <label class="switch" title={says}>
      <input type="checkbox" role="switch" aria-checked={isOn} checked={isOn} onChange={change} />
      <span>{title}</span>
    </label>
  );
}

function repair(): void {
  changeSwitches({ downRegions: [], cutRegions: [], slowRegions: [], throttledModels: [] });
}
