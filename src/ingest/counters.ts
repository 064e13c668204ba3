/** Totals of one protocol since start; the shape of `systemBody.ingest`. */
export interface IngestCount {
  readonly protocol: string;
  /** Requests that were accepted. */
  readonly requests: number;
  readonly records: number;
  /** Size of the accepted request bodies after decompression. */
  readonly bytes: number;
  readonly refusedRequests: number;
  readonly refusedRecords: number;
}

/**
 * The sink counts what it accepted and what had expired; an edge counts what it refused, because only the edge sees
 * a request that never reaches the sink.
 */
export interface IngestCounters {
  readonly accepted: (protocol: string, amount: { readonly records: number; readonly bytes: number }) => void;
  readonly refused: (protocol: string, amount: { readonly requests: number; readonly records: number }) => void;
  /** In order of the protocols' first use. */
  readonly list: () => readonly IngestCount[];
}

type Total = { -readonly [K in keyof IngestCount]: IngestCount[K] };

/** `protocols` are listed with zeros from the start, so that a sender who is silent is visible as such. */
export function createIngestCounters(protocols: readonly string[] = []): IngestCounters {
  const totals = new Map<string, Total>();
  const of = (protocol: string): Total => {
    const known = totals.get(protocol);
    if (known !== undefined) return known;
    const fresh: Total = { protocol, requests: 0, records: 0, bytes: 0, refusedRequests: 0, refusedRecords: 0 };
    totals.set(protocol, fresh);
    return fresh;
  };
  for (const protocol of protocols) of(protocol);
  return {
    accepted: (protocol, { records, bytes }) => {
      const total = of(protocol);
      total.requests += 1;
      total.records += records;
      total.bytes += bytes;
    },
    refused: (protocol, { requests, records }) => {
      const total = of(protocol);
      total.refusedRequests += requests;
      total.refusedRecords += records;
    },
    list: () => [...totals.values()].map((total) => ({ ...total })),
  };
}
