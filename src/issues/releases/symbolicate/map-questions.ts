/** What is asked of the thread that holds source maps, and what it answers; both are copied between threads. */

export interface MapPosition {
  /** From one, as in stack traces. */
  readonly line: number;
  /** From one, as in stack traces. */
  readonly column: number;
  /** What the runtime called the function; empty when it had no name. */
  readonly functionName: string;
}

/** A file as it was packed in its bundle. */
export interface PackedBytes {
  readonly bytes: Uint8Array;
  readonly lengthBytes: number;
  /** Of the zip format: 0 stored, 8 deflated. */
  readonly method: number;
}

export interface MapQuestion {
  readonly id: number;
  /** Names the map on the shelf. */
  readonly key: string;
  readonly positions: readonly MapPosition[];
  /** Given when the thread said that it does not have the map. */
  readonly load?: {
    readonly map: PackedBytes;
    /** The minified file: function names are looked up in it. */
    readonly minified?: PackedBytes;
    /** Inline maps are text and stand in no bundle. */
    readonly mapUrl: string;
  };
}

export interface MappedPosition {
  /** As the map names it, resolved against the address of the map. */
  readonly source: string;
  /** From one. */
  readonly line: number;
  readonly column: number;
  /** Of the function that this position is in, by its declaration; empty when it was not found. */
  readonly functionName: string;
  /** Of the function that is called at this position; empty when nothing says so. */
  readonly calledName: string;
  readonly preContext: readonly string[];
  readonly contextLine?: string;
  readonly postContext: readonly string[];
}

export type MapAnswer = { readonly id: number } & (
  | { readonly type: 'mapped'; readonly positions: readonly (MappedPosition | undefined)[] }
  | { readonly type: 'unknown' }
  | { readonly type: 'failed'; readonly reason: string }
);

export type MapResult = MapAnswer extends infer Answer ? (Answer extends unknown ? Omit<Answer, 'id'> : never) : never;
