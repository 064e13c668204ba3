import { defineFailures } from './failures.ts';

/** Failures of the option registry. */
export const BASE_FAILURES = defineFailures('base', {
  optionInvalid: {
    status: 500,
    exit: 'usage',
    message: 'option {option} has the value {value}, which is not {expected}',
    hint: 'set {option} to {expected}; docs/options.md lists every option',
  },
  optionUnknown: {
    status: 500,
    exit: 'usage',
    message: 'the configuration file names an option that does not exist: {option}',
    hint: 'remove it or correct its spelling; docs/options.md lists every option',
  },
  configUnreadable: {
    status: 500,
    exit: 'usage',
    message: 'the configuration file {path} cannot be read: {reason}',
    hint: 'correct the file, or point HOLDFAST_CONFIG to another one',
  },
});
