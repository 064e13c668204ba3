import { defineFailures } from '../base/index.ts';

export const BACKUP_FAILURES = defineFailures('backup', {
  sourceUnknown: {
    status: 404,
    exit: 'notFound',
    message: 'there is no database {source} under backup',
    hint: 'see the list: holdfast backup list',
  },
  sourceExists: {
    status: 409,
    exit: 'conflict',
    message: 'a database {source} is under backup already',
    hint: 'take another name, or change the one that is there',
  },
  sourceTooMany: {
    status: 409,
    exit: 'limit',
    message: 'there are {max} databases under backup already',
    hint: 'run a second Holdfast for the others',
  },
  sourceInvalid: {
    status: 400,
    exit: 'usage',
    message: '{field} of a database under backup cannot be {value}',
    hint: '{expected}',
  },
  sourceIsOwn: {
    status: 409,
    exit: 'refused',
    message: "{source} is Holdfast's own database and stays under backup",
    hint: 'only databases that were added can be changed in this way or removed',
  },
  runUnknown: {
    status: 404,
    exit: 'notFound',
    message: 'there is no run {run}',
    hint: 'runs are remembered until the next start; reports and snapshots stay',
  },
  runBusy: {
    status: 409,
    exit: 'conflict',
    message: 'a {type} of {source} is running already: {run}',
    hint: 'wait for it or cancel it',
  },
});
