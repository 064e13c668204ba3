import type { RedactionRule } from '../types.ts';
import { ALNUM, LOWER_HEX, sample, tokenRule } from './rule-shapes.ts';

const DASHES = '-'.repeat(5);
const block = (label: string, lines: number, end = '\n'): string =>
  [
    `${DASHES}BEGIN ${label}${DASHES}`,
    ...Array.from({ length: lines }, (_, line) => sample(`${ALNUM}+/`, 64, 600 + line)),
    `${DASHES}END ${label}${DASHES}`,
  ].join(end);

const puttyKey = `PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: c\nPublic-Lines: 1\nAAAA\nPrivate-Lines: 1\n${sample(ALNUM, 44, 620)}\nPrivate-MAC: ${sample(LOWER_HEX, 64, 621)}`;
const jwt = [
  Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url'),
  Buffer.from('{"sub":"someone","iat":1}').toString('base64url'),
  sample(ALNUM, 43, 622),
].join('.');

/** Private keys in their files' forms, and signed tokens. */
export const PRIVATE_KEY_RULES: readonly RedactionRule[] = [
  {
    id: 'private-key',
    description:
      'private key in PEM: PKCS#1, PKCS#8, SEC 1, OpenSSH or PGP, with real or escaped line ends, also cut off',
    keywords: ['-----begin'],
    anchor: 'keyword',
    // A dash is only taken when no second one follows: the body ends where the next marker starts, with no way back.
    missSteps: 256,
    pattern: String.raw`-----BEGIN[A-Z0-9 _-]{0,64}?PRIVATE KEY(?: BLOCK)?-----((?:[^-]|-[^-]){16,})(?:-{2,5}END[A-Z0-9 _-]{0,80}-----)?`,
    flags: 'i',
    reach: 65_536,
    mustMatch: [
      { text: `key:\n${block('RSA PRIVATE KEY', 24)}\nend`, secret: sample(`${ALNUM}+/`, 64, 610) },
      { text: `{"private_key":"${block('PRIVATE KEY', 26, '\\n')}\\n"}`, secret: sample(`${ALNUM}+/`, 64, 625) },
      { text: block('OPENSSH PRIVATE KEY', 6), secret: sample(`${ALNUM}+/`, 64, 603) },
      { text: block('PGP PRIVATE KEY BLOCK', 40), secret: sample(`${ALNUM}+/`, 64, 639) },
      { text: block('EC PRIVATE KEY', 3).slice(0, 150), secret: sample(`${ALNUM}+/`, 64, 600) },
      { text: block('PRIVATE KEY', 170), secret: sample(`${ALNUM}+/`, 64, 769) },
    ],
    mustNotMatch: [
      block('CERTIFICATE', 12),
      block('PUBLIC KEY', 6),
      `${DASHES}BEGIN PRIVATE KEY${DASHES}${DASHES}END PRIVATE KEY${DASHES}`,
      'looking for -----BEGIN RSA PRIVATE KEY-----',
    ],
  },
  {
    id: 'putty-private-key',
    description: 'private key file of PuTTY',
    keywords: ['private-lines:'],
    anchor: 'keyword',
    pattern: String.raw`Private-Lines: ?[0-9]{1,4}(?:\r?\n|\\r?\\?n)([A-Za-z0-9+/=\s\\]{20,}(?:Private-MAC: ?[a-f0-9]{40,64})?)`,
    flags: 'i',
    reach: 4096,
    secretGroup: 1,
    mustMatch: [{ text: puttyKey, secret: sample(ALNUM, 44, 620) }],
    mustNotMatch: ['Private-Lines: 14', 'private-lines: none were read from the file'],
  },
  {
    id: 'wireguard-key',
    description: 'private or preshared key of WireGuard',
    keywords: ['privatekey', 'presharedkey'],
    anchor: 'keyword',
    pattern: String.raw`(?:private|preshared)key["' ]{0,4}[=:]["' ]{0,4}([A-Za-z0-9+/]{43}=)`,
    flags: 'i',
    secretGroup: 1,
    mustMatch: [{ text: `PrivateKey = ${sample(ALNUM, 43, 623)}=`, secret: `${sample(ALNUM, 43, 623)}=` }],
    mustNotMatch: ['PrivateKey = none'],
  },
  {
    id: 'json-web-key',
    description: 'private part of a JSON Web Key',
    keywords: ['"kty"', String.raw`\"kty\"`],
    anchor: 'near',
    reach: 4096,
    pattern: String.raw`"(?:d|p|q|dp|dq|qi|k)\\{0,3}"\s{0,4}:\s{0,4}\\{0,3}"([\w-]{20,})`,
    secretGroup: 1,
    mustMatch: [
      {
        text: `{"kty":"EC","crv":"P-256","x":"${sample(ALNUM, 43, 624)}","d":"${sample(ALNUM, 43, 640)}"}`,
        secret: sample(ALNUM, 43, 640),
      },
    ],
    mustNotMatch: ['{"kty":"EC","crv":"P-256","x":"abc"}', '{"kty":"EC","d":"short"}'],
  },
  tokenRule({
    id: 'json-web-token',
    description: 'JSON Web Token, signed or encrypted, also when its signature is cut off',
    keywords: ['eyj'],
    missSteps: 1024,
    pattern: String.raw`eyJ[\w-]{8,}\.(?:eyJ)?[\w-]*(?:\.[\w=-]*){0,3}`,
    reach: 8192,
    validators: [{ type: 'jwt' }],
    examples: [jwt],
    mustNotMatch: ['eyJub3QiOiJhIGp3dCJ9', 'eyJ.x', 'heyJude.mp3'],
  }),
  tokenRule({
    id: 'json-web-token-base64',
    description: 'JSON Web Token in base64 once more',
    keywords: ['zxlk'],
    pattern: String.raw`ZXlK(?:(?:aGJHY2lPaU|hcGRDSTZJ|hcGRTST|hdWRpST|hbGdJam9p|MGVYQWlPaU|cmFXUWlPaU)[A-Za-z0-9/+]{40,}={0,2})`,
    reach: 8192,
    examples: [Buffer.from(jwt).toString('base64').replace(/=+$/, '')],
    mustNotMatch: ['ZXlK', 'zxlka'],
  }),
];
