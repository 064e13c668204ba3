import { defineFailures } from '../base/index.ts';

export const BOOT_FAILURES = defineFailures('boot', {
  portInUse: {
    status: 500,
    exit: 'environment',
    message: 'port {port} on {host} is in use',
    hint: 'stop the program that listens there, or set HOLDFAST_PORT to another port (0 takes any free one)',
  },
  addressUnavailable: {
    status: 500,
    exit: 'environment',
    message: 'cannot listen on {host}:{port}: {reason}',
    hint: 'set HOLDFAST_HOST to an address of this machine and HOLDFAST_PORT to a port that you may open',
  },
  folderUnwritable: {
    status: 500,
    exit: 'environment',
    message: 'the data folder {folder} cannot be written: {reason}',
    hint: 'give the user {user} the right to write there, or set HOLDFAST_DATA to another folder',
  },
  folderInUse: {
    status: 500,
    exit: 'conflict',
    message: 'the data folder {folder} belongs to a Holdfast that is running (process {pid})',
    hint: 'stop that one first, or set HOLDFAST_DATA to another folder',
  },
  folderOtherVersion: {
    status: 500,
    exit: 'environment',
    message: 'the data folder {folder} was written by format {found}, and this program knows up to {known}',
    hint: 'start the version of Holdfast that wrote it, or a newer one',
  },
  folderForeign: {
    status: 500,
    exit: 'environment',
    message: 'the folder {folder} is not empty and does not belong to Holdfast',
    hint: 'set HOLDFAST_DATA to an empty or new folder',
  },
  diskFull: {
    status: 500,
    exit: 'environment',
    message: 'only {free} are free where {folder} lies, and {needed} are needed to start',
    hint: 'free some space, or set HOLDFAST_DATA to a folder on a larger disk',
  },
  zoneInvalid: {
    status: 500,
    exit: 'usage',
    message: 'the zone {zone} of HOLDFAST_ZONES cannot be used: {reason}',
    hint: 'write zones as name=file:///path?domain=rack-1 or name=s3://bucket/prefix?region=…&domain=…&remote=true',
  },
  zoneDamaged: {
    status: 500,
    exit: 'corrupt',
    message: 'the zone {zone} has {problems} problems',
    hint: 'start Holdfast with this zone and its others: scrub mends from them; or rebuild the zone from another',
  },
  stopTimedOut: {
    status: 500,
    exit: 'unavailable',
    message: '{part} did not stop within {seconds} s',
    hint: 'nothing acknowledged is lost; the next start recovers',
  },
  internal: {
    status: 500,
    exit: 'bug',
    message: 'something went wrong inside Holdfast',
    hint: 'the log has the details under this request id; report it if it happens again',
  },
});
