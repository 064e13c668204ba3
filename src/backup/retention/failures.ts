import { defineFailures } from '../../base/index.ts';

export const BACKUP_RETENTION_FAILURES = defineFailures('backup-retention', {
  clockImplausible: {
    status: 503,
    exit: 'environment',
    message: 'nothing can expire: the clock says {now}, and {what} was made at {made}',
    hint: 'set the clock of this machine right; until then everything is kept',
  },
  timeZoneUnknown: {
    status: 400,
    exit: 'usage',
    message: '{timeZone} is no time zone',
    hint: 'use a name of the IANA list, such as Europe/Berlin or UTC',
  },
  planStale: {
    status: 409,
    exit: 'conflict',
    message: 'the plan was made at {planned}, which is too long before {now}',
    hint: 'plan again; what was kept then may be needed for something else now',
    retryable: true,
  },
});
