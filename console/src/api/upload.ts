import { ApiFailure, addressOf, failureOf, type RequestOptions, readCsrfToken, unreachable } from './client.ts';

export interface UploadProgress {
  readonly sentBytes: number;
  readonly totalBytes: number;
}

export interface UploadOptions {
  readonly query?: RequestOptions['query'];
  readonly signal: AbortSignal;
  readonly onProgress: (progress: UploadProgress) => void;
}

const aborted = (): DOMException => new DOMException('the upload was cancelled', 'AbortError');

/**
 * Sends the bytes of a file as they are. By XMLHttpRequest, because fetch does not tell how much of a body has left.
 * Throws ApiFailure, or an AbortError after the signal.
 */
export function upload<T>(path: string, file: Blob, options: UploadOptions): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', addressOf(path, options.query));
    request.setRequestHeader('accept', 'application/json');
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.setRequestHeader('x-holdfast-csrf', readCsrfToken());
    request.upload.onprogress = (event) => options.onProgress({ sentBytes: event.loaded, totalBytes: event.total });
    request.onerror = () => reject(unreachable('the connection was cut'));
    request.onabort = () => reject(aborted());
    request.onload = () => {
      const headers = { 'retry-after': request.getResponseHeader('retry-after') ?? '' };
      const answer = new Response(request.responseText, { status: request.status, headers });
      if (answer.ok) answer.json().then(resolve, () => reject(unreachable('the answer was cut')));
      else failureOf(answer, path).then(reject, reject);
    };
    options.signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(file);
  });
}

/** True for what ends a piece of work because somebody cancelled it. */
export const isCancelled = (error: unknown): boolean =>
  !(error instanceof ApiFailure) && error instanceof DOMException && error.name === 'AbortError';
