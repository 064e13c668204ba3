const ALL_ZERO = /^0+$/;

/**
 * A trace id (32 hex digits) or span id (16) in lower case. Empty for anything else, and for all zeros, which W3C
 * Trace Context and OpenTelemetry define as "no id".
 */
export function readHexId(text: string | undefined, length: 32 | 16): string {
  if (text === undefined || text.length !== length) return '';
  let hasUpperCase = false;
  for (let index = 0; index < length; index += 1) {
    const code = text.charCodeAt(index);
    const isDigit = code >= 48 && code <= 57;
    const isLower = code >= 97 && code <= 102;
    const isUpper = code >= 65 && code <= 70;
    if (!isDigit && !isLower && !isUpper) return '';
    hasUpperCase ||= isUpper;
  }
  if (text.charCodeAt(0) === 48 && ALL_ZERO.test(text)) return '';
  return hasUpperCase ? text.toLowerCase() : text;
}
