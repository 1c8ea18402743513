export { type OutputRung, outputRungs } from './prepare/output.ts';
export { type PreparedRequest, type PrepareOptions, prepareRequest } from './prepare/prepare.ts';
export { type RepairCode, repairs } from './prepare/repairs.ts';
