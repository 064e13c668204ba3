import type { Capability } from '../api/session.ts';

export interface SettingsPlace {
  readonly to: string;
  readonly label: string;
  /** What a person must be able to do to see anything there. */
  readonly needs?: Capability;
}

export const SETTINGS_PLACES: readonly SettingsPlace[] = [
  { to: '/settings/people', label: 'People', needs: 'readAccess' },
  { to: '/settings/keys', label: 'Keys', needs: 'readAccess' },
  { to: '/settings/grants', label: 'Grants', needs: 'readAccess' },
  { to: '/settings/log-groups', label: 'Log groups' },
  { to: '/settings/redaction', label: 'Redaction', needs: 'readRedaction' },
  { to: '/settings/audit', label: 'Audit', needs: 'readAudit' },
  { to: '/settings/system', label: 'System', needs: 'readSystem' },
];
