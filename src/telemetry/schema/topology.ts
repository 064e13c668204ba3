/**
 * Where the tables live. The embedded form has one table a class; the cluster form has a replicated table a
 * class on every shard (`<name>_local`) behind a Distributed table of the plain name.
 */
export type Topology =
  | { readonly type: 'embedded' }
  | {
      readonly type: 'cluster';
      /** Name of the cluster in the servers' configuration, or a macro of theirs such as `{cluster}`. */
      readonly cluster: string;
    };

export const EMBEDDED_TOPOLOGY: Topology = { type: 'embedded' };

/** Text as a literal of SQL. */
export const sqlText = (text: string): string =>
  `'${text.replace(/[\\'\0\b\f\n\r\t]/g, (character) => ESCAPES[character] ?? character)}'`;

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '\0': '\\0',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/** ` ON CLUSTER '…'`, or nothing. */
export const onCluster = (topology: Topology): string =>
  topology.type === 'cluster' ? ` ON CLUSTER ${sqlText(topology.cluster)}` : '';

/** The table that holds the parts, as ALTER needs it. */
export const partsTable = (topology: Topology, table: string): string =>
  topology.type === 'cluster' ? `${table}_local` : table;

/** `system.parts` of the machine, or of one replica of every shard. */
export const systemTable = (topology: Topology, table: string): string =>
  topology.type === 'cluster' ? `cluster(${sqlText(topology.cluster)}, system.${table})` : `system.${table}`;
