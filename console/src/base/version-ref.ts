/** A version of a workbook in an address: its number, `latest`, or the SHA-256 of its bytes. */
export const isVersionRef = (value: unknown): value is string =>
  typeof value === 'string' && /^(?:[1-9]\d{0,8}|latest|[0-9a-f]{64})$/.test(value);
