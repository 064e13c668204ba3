import { defineFailures } from '../../base/index.ts';

/** What the durability model refuses to compute. */
export const VAULT_DURABILITY_FAILURES = defineFailures('vault-durability', {
  inputInvalid: {
    status: 400,
    exit: 'usage',
    message: 'the durability input {input} is {value}, and it must be {expected}',
    hint: 'see docs/durability.md for each input with its unit and range',
  },
  layoutTooLarge: {
    status: 400,
    exit: 'limit',
    message: 'the layout of {zones} zones has more than {statesMax} states',
    hint: 'leave zones out, or give zones of one failure domain the same device; the figure is then a lower bound',
  },
  simulationTooLong: {
    status: 400,
    exit: 'limit',
    message: 'the simulation passed {eventsMax} events after {objects} objects',
    hint: 'simulate fewer objects or years',
  },
});
