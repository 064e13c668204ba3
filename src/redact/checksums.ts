const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value >>> 0;
});

/** CRC-32 of ISO 3309 over ASCII text; unsigned. */
export function crc32(text: string): number {
  let value = 0xffffffff;
  for (let at = 0; at < text.length; at += 1) {
    value = (CRC_TABLE[(value ^ text.charCodeAt(at)) & 0xff] ?? 0) ^ (value >>> 8);
  }
  return (value ^ 0xffffffff) >>> 0;
}

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** The six base-62 characters in which GitHub and npm write the CRC-32 of a token's random part. */
export function crc32Base62(text: string): string {
  let rest = crc32(text);
  let digits = '';
  for (let at = 0; at < 6; at += 1) {
    digits = (BASE62[rest % 62] ?? '0') + digits;
    rest = Math.floor(rest / 62);
  }
  return digits;
}

/**
 * Whether the last six characters of a token are the checksum of its random part, as in `ghp_<30><6>` and `npm_<30><6>`.
 * Source: github.blog/engineering/behind-githubs-new-authentication-token-formats (2021).
 */
export function hasTokenChecksum(token: string): boolean {
  const random = token.slice(token.lastIndexOf('_') + 1, -6);
  return crc32Base62(random) === token.slice(-6);
}

/** The check digit of ISO/IEC 7812-1 over the digits of a text, other characters left out. */
export function hasLuhnDigit(text: string): boolean {
  let sum = 0;
  let double = false;
  for (let at = text.length - 1; at >= 0; at -= 1) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) continue;
    const value = double ? digit * 2 : digit;
    sum += value > 9 ? value - 9 : value;
    double = !double;
  }
  return sum % 10 === 0;
}
