import { REDACT_LIMITS } from './limits.ts';
import { MASK_START } from './mask.ts';

/**
 * What a name says of its value. `secret`: the value is a secret whatever it looks like. `key`: the value is a
 * secret by its name, but in running text it must also look like one, for names like `api_key` stand in prose and
 * configuration too. `vague`: only a value that looks machine-made is a secret (`hubspotKey`, `auth`). `none`: the
 * name says nothing.
 */
export type NameVerdict = 'secret' | 'key' | 'vague' | 'none';

/** Words that say "secret" when they end a name. */
const SECRET_ENDINGS = new Set(
  (
    'password passwords passwd passwds passwrd psw pswd pwd passphrase passphrases passcode pass pw secret secrets ' +
    'credential credentials creds authorization cookie cookies setcookie otp totp cvv cvc cvv2 cvc2 passwort kennwort ' +
    'senha contrasena contraseña motdepasse mdp wachtwoord haslo authtoken accesstoken refreshtoken idtoken apitoken ' +
    'sessiontoken bearertoken securitytoken secrettoken usertoken sessionid sessid sessionkey phpsessid jsessionid ' +
    'asp.net_sessionid privatekey jwt'
  ).split(' '),
);

/** Endings of words written together: `dbpassword`, `clientsecret`, `aspsessionidabc` is left to the cookie rules. */
const SECRET_SUFFIX =
  /(?:password|passwd|passphrase|passwort|clientsecret|appsecret|apisecret|secretkey|sessionid|sessid)$/;
const KEY_SUFFIX =
  /(?:apikey|accesskey|privatekey|signingkey|encryptionkey|masterkey|accountkey|authkey|licensekey|token|secret|apitoken)$/;

/** Words before `key` that make it a secret. */
const KEY_KINDS = new Set(
  (
    'api access private secret signing signature encryption decryption master shared account storage subscription license ' +
    'auth authentication authorization deploy deployment consumer client ssh pgp gpg app application hmac aes rsa des jwt ' +
    'integration service server admin webhook verification session root write read ingest ingestion registration'
  ).split(' '),
);

/** Words before `key` that make it an ordinary identifier. */
const HARMLESS_KEY_KINDS = new Set(
  (
    'primary foreign public pub cache partition sort routing object idempotency row message map hash range group lookup error ' +
    'translation i18n state job index unique tracking dedup deduplication aggregation context query redis kafka project ' +
    'issue record item sharding shard cluster entity event metric label tag config setting settings feature flag field ' +
    'column composite compound natural surrogate business candidate alternate search filter order bucket s3 file the a ' +
    'this that any each every missing invalid unknown duplicate no found not for by on with of in same next previous last ' +
    'first start end left right page up down enter escape shift tab delete home alt ctrl control meta arrow function hot ' +
    'short press pressed data json xml dict dictionary property attribute param header host tenant customer topic queue lock ' +
    'mutex counter rate limit pair value name type cursor exclusive segment batch correlation trace request'
  ).split(' '),
);

/** Words before `token` that make it a position, an idempotency key or a word of a language. */
const HARMLESS_TOKEN_KINDS = new Set(
  (
    'next page continuation pagination paging cancellation cancel sync resume start end first last previous request client ' +
    'idempotency unexpected eof word stop special pad bos eos unk mask cls sep prompt completion input output total max min ' +
    'num per lexer parser syntax operator keyword identifier design version etag position offset marker skip scroll delta ' +
    'fencing lease consistency sequencer cost price erc20 reward governance'
  ).split(' '),
);

/** Words behind the telling word that do not change what the value is. */
const NEUTRAL = new Set(
  (
    'value val string str text raw plain plaintext cleartext old new current prod production dev development test testing ' +
    'staging live sandbox primary secondary confirm confirmation confirmed again repeat retype hash hashed digest encrypted enc ' +
    'base64 b64 hex base main default backup root pem material here'
  ).split(' '),
);

/** Questions and switches about a secret: `has_password`, `showToken`. */
const QUESTIONS = new Set(
  'is has no show hide need needs require requires required enable enabled disable disabled allow allowed supports missing'.split(
    ' ',
  ),
);

const CODE_KINDS = new Set(
  'verification mfa 2fa otp recovery backup auth authorization security pin login sms totp'.split(' '),
);

/** Judges a name. Pure; see {@link createNameJudge} for the form with memory. */
export function judgeName(name: string): NameVerdict {
  // A mask ends in the id of a rule, which would tell of its own.
  const words = wordsOf(name.includes(MASK_START) ? name.replace(/\[redacted:[^\]]*\]/g, ' masked ') : name);
  if (words.length > 1 && QUESTIONS.has(words[0] ?? '')) return 'none';
  while (words.length > 1 && isNeutral(words[words.length - 1] ?? '')) words.pop();
  const last = (words[words.length - 1] ?? '').replace(/\d+$/, '');
  const before = words[words.length - 2] ?? '';
  if (SECRET_ENDINGS.has(last) || SECRET_SUFFIX.test(last)) return 'secret';
  switch (last) {
    case 'token':
      return HARMLESS_TOKEN_KINDS.has(before) ? 'none' : 'key';
    case 'key':
      if (KEY_KINDS.has(before)) return 'key';
      return before === '' || HARMLESS_KEY_KINDS.has(before) ? 'none' : 'vague';
    case 'keys':
      return KEY_KINDS.has(before) ? 'vague' : 'none';
    case 'id':
      if (before === 'session' || before === 'sess') return 'secret';
      return before === 'secret' ? 'key' : 'none';
    case 'code':
      return CODE_KINDS.has(before) ? 'key' : 'none';
    case 'session':
    case 'sid':
    case 'auth':
    case 'bearer':
    case 'tokens':
    case 'pat':
    case 'pin':
    case 'srt':
      return 'vague';
    default:
      return KEY_SUFFIX.test(last) ? 'key' : 'none';
  }
}

const isNeutral = (word: string): boolean => NEUTRAL.has(word) || /^\d+$/.test(word);

/** `dbPassword`, `DB_PASSWORD`, `db-password`, `db.password` and `DBPassword` are the same two words. */
export function wordsOf(name: string): string[] {
  return name
    .slice(-REDACT_LIMITS.nameLengthMax * 2)
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

/** Remembers verdicts, for the same names come with every record. */
export function createNameJudge(): (name: string) => NameVerdict {
  const verdicts = new Map<string, NameVerdict>();
  return (name) => {
    const known = verdicts.get(name);
    if (known !== undefined) return known;
    const verdict = judgeName(name);
    // A name longer than this is data, not a name; remembering it would let hostile input fill the memory.
    if (name.length > REDACT_LIMITS.nameLengthMax * 2) return verdict;
    if (verdicts.size >= REDACT_LIMITS.nameCacheMax) verdicts.clear();
    verdicts.set(name, verdict);
    return verdict;
  };
}
