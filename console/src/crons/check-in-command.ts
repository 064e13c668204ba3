/** The address for check-ins, made of a DSN: `http://host/api/<project>/cron/<monitor>/<key>/`. */
export function checkInCommand(dsn: string): string {
  const parts = /^(https?):\/\/([0-9a-f]+)@([^/]+)(.*)\/(\d+)$/.exec(dsn);
  if (parts === null) return `curl '<address of the server>/api/<project>/cron/nightly-backup/<key>/?status=ok'`;
  const [, scheme, key, host, path, project] = parts;
  return `curl '${scheme}://${host}${path}/api/${project}/cron/nightly-backup/${key}/?status=ok'`;
}
