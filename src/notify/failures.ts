import { defineFailures } from '../base/index.ts';

/** Failures of alerts, routes, silences and channels. */
export const NOTIFY_FAILURES = defineFailures('notify', {
  alertInvalid: {
    status: 400,
    exit: 'usage',
    message: 'the alert {key} cannot be stored: {reason}',
    hint: 'mend what raises it; keys have 1 to 256 characters and times are milliseconds since 1970',
  },
  tooManyAlerts: {
    status: 503,
    exit: 'limit',
    message: '{count} alerts wait to be stored or fire already, and the limit is {max}',
    hint: 'raise the alert again later; look at what raises so many of them',
    retryable: true,
  },
  closed: {
    status: 503,
    exit: 'unavailable',
    message: 'notifications are being stopped',
    hint: 'raise the alert again when Holdfast runs',
    retryable: true,
  },
  alertNotFound: {
    status: 404,
    exit: 'notFound',
    message: 'there is no alert {key}',
    hint: 'list the alerts; resolved ones are kept for 30 days',
  },
  alertResolved: {
    status: 409,
    exit: 'conflict',
    message: 'the alert {key} is resolved already',
    hint: 'only firing alerts are acknowledged',
  },
  silenceNotFound: {
    status: 404,
    exit: 'notFound',
    message: 'there is no silence {id}',
    hint: 'list the silences; ended ones are kept for 30 days',
  },
  silenceEnded: {
    status: 409,
    exit: 'conflict',
    message: 'the silence {id} has ended already',
    hint: 'nothing is left to do; create another one if alerts must be held back again',
  },
  channelNotFound: {
    status: 404,
    exit: 'notFound',
    message: 'there is no channel {channel}',
    hint: 'list the channels; names are case-sensitive',
  },
  channelExists: {
    status: 409,
    exit: 'conflict',
    message: 'the channel {channel} exists already',
    hint: 'remove it first or choose another name',
  },
  channelInUse: {
    status: 409,
    exit: 'conflict',
    message: 'the channel {channel} is used by the route {route}',
    hint: 'take it out of the route first',
  },
  testFailed: {
    status: 502,
    exit: 'unavailable',
    message: 'the test of the channel {channel} was not delivered',
    hint: 'what the other side said stands above; correct the channel and test again',
  },
  routingChanged: {
    status: 409,
    exit: 'conflict',
    message: 'the routes are at version {found}, and not at version {expected} that this change goes out from',
    hint: 'read the routes again and repeat the change on them',
  },
  inputInvalid: {
    status: 400,
    exit: 'usage',
    message: '{field} is not allowed: {reason}',
    hint: 'correct it; docs/notifications.md says what is possible',
  },
  limitReached: {
    status: 429,
    exit: 'limit',
    message: 'there are {count} {what} already, and the limit is {max}',
    hint: 'remove what is not needed any more',
  },
  addressRefused: {
    status: 422,
    exit: 'refused',
    message: 'requests to {host} are refused: {reason}',
    hint: 'use an address of the internet, or let an administrator make the channel with allowPrivate for a private one',
  },
  hostUnknown: {
    status: 503,
    exit: 'unavailable',
    message: 'the name {host} could not be resolved: {reason}',
    hint: 'check the name and the resolver of this machine',
    retryable: true,
  },
});
