/**
 * access/sigv4: AWS Signature Version 4, both sides.
 *
 * Purpose: to tell whether a request was made by the holder of a key's secret (`readClaim`, `checkSignature`,
 * `verifySigV4`), and to make such requests (`signSigV4`, `presignSigV4`) for probes and tests.
 * Invariants: pure apart from the key lookup that is handed in; nothing here knows people, roles or stores. A claim is
 * read and dated before the body is, so that a stranger costs little; nobody is anybody until `checkSignature` returns.
 * The host and every X-Amz header must be signed. Signatures and checksums of bodies are compared after the whole
 * body is there, on the bytes as received. The comparison takes the same time wherever the difference lies.
 * Limits: limits.ts; five minutes of clock difference, seven days for presigned requests.
 * It does not do: chunked (`STREAMING-…`) payloads, SigV4a, temporary credentials (a session token in the request must
 * be signed like every X-Amz header, and otherwise means nothing), and it does not remember signatures: inside the five
 * minutes the same request can be sent again, as with AWS.
 */
export { headerPairs, type WireRequest } from './canonical.ts';
export { type ClaimRules, readClaim, type SignatureClaim } from './claim.ts';
export { SIGV4_FAILURES } from './failures.ts';
export { SIGV4_LIMITS } from './limits.ts';
export { presignSigV4, type RequestToSign, type SigningKey, signSigV4 } from './sign.ts';
export { checkSignature, verifySigV4 } from './verify.ts';
