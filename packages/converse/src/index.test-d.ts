import type { StopReason } from '@aws-sdk/client-bedrock-runtime';

'end_turn' satisfies StopReason;
