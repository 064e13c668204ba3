/** The pages about errors, for their navigation and the command palette. */
export const ISSUE_PLACES = [
  { to: '/issues', label: 'Issues' },
  { to: '/releases', label: 'Releases' },
  { to: '/crons', label: 'Crons' },
  { to: '/feedback', label: 'Feedback' },
  { to: '/projects', label: 'Projects' },
] as const;
