import { bedrockErrorNames, isBedrockErrorName } from './errors.ts';
import { type Fault, type FaultName, type FaultOptions, faults, type WireFaultName } from './faults.ts';

/** The request header that asks for a fault. */
export const faultHeader = 'x-outcrop-fault';
const marker = /\[\[fault:([^\]]{0,200})\]\]/;

const optionNames: Record<string, keyof FaultOptions> = { after_events: 'afterEvents', bytes: 'bytes', ms: 'ms' };

/** What a prompt asks for by a marker such as `[[fault: reset; after_events=2]]`. */
export function markerIn(text: string): string | undefined {
  return marker.exec(text)?.[1];
}

/** Reads `half_frame; after_events=2; bytes=7`. Throws a RangeError that says what is wrong with it. */
export function faultFromText(text: string): Fault {
  const [name = '', ...options] = text.split(';').map((part) => part.trim());
  if (!isFaultName(name)) throw new RangeError(`There is no fault '${name}'. There are: ${faultNames().join(', ')}.`);
  const fault: Fault = { fault: name };
  for (const option of options.filter(Boolean)) {
    const [key = '', value = ''] = option.split('=').map((part) => part.trim());
    const known = Object.hasOwn(optionNames, key) ? optionNames[key] : undefined;
    if (known === undefined || !/^\d{1,9}$/.test(value)) {
      const names = Object.keys(optionNames).join(', ');
      throw new RangeError(`'${option}' has to be one of ${names} with a whole number, such as after_events=2.`);
    }
    fault[known] = Number(value);
  }
  return fault;
}

function isFaultName(name: string): name is FaultName {
  return Object.hasOwn(faults, name) || isBedrockErrorName(name);
}

export function faultNames(): FaultName[] {
  return [...(Object.keys(faults) as WireFaultName[]), ...bedrockErrorNames()];
}
