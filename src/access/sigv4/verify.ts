import { timingSafeEqual } from 'node:crypto';
import { Failure } from '../../base/index.ts';
import { canonicalRequest, sha256Hex, signatureOf, UNSIGNED_PAYLOAD, type WireRequest } from './canonical.ts';
import { type ClaimRules, readClaim, type SignatureClaim } from './claim.ts';
import { SIGV4_FAILURES } from './failures.ts';

/**
 * Proves that the holder of `secret` made the claim for exactly this request and body (as received, before any
 * decompression). Throws `sigv4.mismatch` or `sigv4.payload-mismatch`; compares in constant time.
 */
export function checkSignature(
  request: WireRequest,
  claim: SignatureClaim,
  proof: { readonly secret: string; readonly body: Uint8Array },
): void {
  const payloadHash = claim.payloadHash ?? sha256Hex(proof.body);
  const canonical = canonicalRequest(request, claim.signedHeaders, payloadHash);
  const expected = signatureOf(proof.secret, { timestamp: claim.timestamp, scope: claim.scope, canonical });
  if (!timingSafeEqual(Buffer.from(expected, 'hex'), Buffer.from(claim.signature, 'hex'))) {
    throw new Failure(SIGV4_FAILURES.mismatch);
  }
  // The signature covers the declared checksum only; the body still has to have it.
  if (payloadHash !== UNSIGNED_PAYLOAD && payloadHash !== sha256Hex(proof.body)) {
    throw new Failure(SIGV4_FAILURES.payloadMismatch);
  }
}

/** Claim, key and signature in one call, for callers that hold the body already. Throws any `sigv4` failure. */
export async function verifySigV4<Key extends { readonly secret: string }>(
  request: WireRequest & { readonly body: Uint8Array },
  rules: ClaimRules & { readonly keyOf: (accessKeyId: string) => Promise<Key | undefined> },
): Promise<{ readonly key: Key; readonly claim: SignatureClaim }> {
  const claim = readClaim(request, rules);
  const key = await rules.keyOf(claim.accessKeyId);
  if (key === undefined) throw new Failure(SIGV4_FAILURES.keyUnknown, { accessKeyId: claim.accessKeyId });
  checkSignature(request, claim, { secret: key.secret, body: request.body });
  return { key, claim };
}
