import { defineSearchAttributeKey } from '@temporalio/common';

/** What operators filter by in Temporal's UI: ids and statuses, never personal data (design.md, *Workflow rules*). */
export const CLIENT = defineSearchAttributeKey('Client', 'KEYWORD');
export const CONTRACT_STATUS = defineSearchAttributeKey('ContractStatus', 'KEYWORD');
export const DEADLINE = defineSearchAttributeKey('Deadline', 'DATETIME');
export const PLATFORM_ID = defineSearchAttributeKey('PlatformId', 'KEYWORD');
export const ENVIRONMENT = defineSearchAttributeKey('Environment', 'KEYWORD');
