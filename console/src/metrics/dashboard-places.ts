/** The ready dashboards in the order in which somebody asks at night; their charts come from the server. */
export const DASHBOARD_PLACES = [
  { name: 'traffic', label: 'Traffic' },
  { name: 'latency', label: 'Latency' },
  { name: 'errors', label: 'Errors' },
  { name: 'database', label: 'Database' },
  { name: 'host', label: 'Host' },
] as const;
