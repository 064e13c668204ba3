import type { FailureError } from '../src/api/types.ts';

export interface FakeCall {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Record<string, unknown>;
  /** Length of the body, for those that are files. */
  readonly bytes: number;
  readonly address: string;
}
export interface FakeAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly file?: { readonly name: string; readonly bytes: Buffer };
}

export const ok = (body: unknown, status = 200): FakeAnswer => ({ status, body });
export const NOTHING: FakeAnswer = { status: 204 };
export const refuse = (
  status: number,
  error: Pick<FailureError, 'code' | 'message' | 'hint'> & Partial<FailureError>,
): FakeAnswer => ({
  status,
  body: { error: { requestId: 'req-7f31c2', ...error } },
});
