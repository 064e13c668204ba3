import { Snippet } from '../parts/copy.tsx';

export const ROLE_SQL = `CREATE ROLE holdfast WITH LOGIN REPLICATION PASSWORD '…';
GRANT pg_monitor TO holdfast;             -- for all of the check
CREATE SCHEMA holdfast AUTHORIZATION holdfast;  -- in that database, for the row each second
-- pg_hba.conf:  hostssl  replication  holdfast  <address of Holdfast>/32  scram-sha-256
--               hostssl  orders       holdfast  <address of Holdfast>/32  scram-sha-256`;

/** Before the first database: the role on its side, the command on this one. */
export function FirstDatabase() {
  return (
    <section aria-label="First database" className="max-w-[780px]">
      <h2 className="text-lg">No database is under backup yet</h2>
      <p className="mt-1.5 mb-4 max-w-[66ch] text-ink-2">
        Holdfast needs the address of a PostgreSQL 14 to 18 and a role that may replicate, and nothing installed there.
        From then on it takes a snapshot each day, stores every change within about a second, and proves by restoring
        that it works. This page shows it as soon as it is there.
      </p>
      <h3 className="mb-1.5 text-sm">1. On the database, as a superuser</h3>
      <Snippet label="SQL that makes the role" text={ROLE_SQL} />
      <h3 className="mt-5 mb-1.5 text-sm">2. Here</h3>
      <Snippet
        label="Command that puts a database under backup"
        text={`export HOLDFAST_URL=${location.origin}\nexport HOLDFAST_KEY=<key>   # Settings, Keys: role admin, narrowed to backup:Manage\nbin/holdfast backup add orders \\\n  --url 'postgresql://holdfast:…@db.example.net:5432/orders?sslmode=verify-full'\nbin/holdfast backup check orders`}
      />
    </section>
  );
}
