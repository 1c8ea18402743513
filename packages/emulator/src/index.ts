export { type Answer, type Fault, fault, type Step } from './answer.ts';
export type { EmulatedCall, Operation } from './call.ts';
export { createEmulator, type Emulator, type EmulatorOptions } from './emulator.ts';
export { type BedrockErrorName, bedrockError, throttle } from './errors.ts';
export type { Guardrail, GuardrailAction } from './guardrails/guardrail.ts';
export type { PiiType } from './guardrails/pii.ts';
export { describe } from './responders/describe.ts';
export { echo } from './responders/echo.ts';
export type { Match, Responder, Rule, When } from './rules.ts';
