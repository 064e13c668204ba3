import { defineFailures } from '../../base/index.ts';

/** Failures of restore proofs. A restore that fails is a report that says so, not one of these. */
export const BACKUP_PROVE_FAILURES = defineFailures('backup-prove', {
  nothingToProve: {
    status: 409,
    exit: 'refused',
    message: 'no proof of {source} is possible: {reason}',
    hint: 'see what would hinder a backup: holdfast backup check {source}',
  },
  targetMissing: {
    status: 400,
    exit: 'usage',
    message: 'a proof of a given time needs the time',
    hint: 'say to which time it restores',
  },
  noRole: {
    status: 500,
    exit: 'environment',
    message: 'the restored cluster has none of the roles {roles}',
    hint: 'take one that may sign in as the role of the address of the database',
  },
});
