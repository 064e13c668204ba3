export type { RedactionReport, RedactionRule, RedactionValidator, Redactor } from './types.ts';
