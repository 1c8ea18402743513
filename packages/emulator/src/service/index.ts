export type { MeterShape } from './meter.ts';
export {
  type Admission,
  type AdmittedCall,
  type CallSize,
  type CallUsage,
  createService,
  type Ledger,
  type Quota,
  type Service,
} from './service.ts';
