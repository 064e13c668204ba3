// The pieces of Settings in one lazily loaded bundle: together they are smaller than one chart library.
export { AuditPart } from './audit.tsx';
export { GrantsPart } from './grants.tsx';
export { KeysPart } from './keys.tsx';
export { LogGroupsPart } from './log-groups.tsx';
export { PeoplePart } from './people.tsx';
export { RedactionPart } from './redaction.tsx';
export { SystemPart } from './system.tsx';
