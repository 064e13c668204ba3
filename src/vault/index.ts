/**
 * vault: the one immutable store of the product, for versions of spreadsheets, backups, sealed audit checkpoints and
 * cold logs.
 *
 * An item is a stream of bytes with a kind and small facts; its id is the SHA-256 of the bytes. It is cut, compressed,
 * sealed and written to several zones, and acknowledged when a write quorum of them holds all of it durably. Until its
 * retain-until no verb removes or changes it; the time can be made later, never earlier; a legal hold keeps it for as
 * long as it stands.
 *
 * Invariants:
 * - Whatever was acknowledged stands in a quorum of zones, synced. A zone holds a record only after the chunks it names.
 * - A name never changes its bytes: a put of other bytes is refused by every driver; only bytes that fail their checksum
 *   are replaced, by those that pass it.
 * - Locks agree on the strictest: a zone that knows of a shorter lock or of no hold is brought up to the others.
 * - Nothing is removed unless so many zones answer that an extension acknowledged by a quorum is seen, the lock has
 *   passed in each of them, and the clock is plausible against the times noted in the zones.
 * - What comes out was held to its checksums on every level; damage is mended from another zone on the way.
 * - The contents and the ids cannot be told from what a zone holds without the vault key; sizes, kinds and times can.
 *
 * It holds with fewer than a write quorum of zones lost or rotted at once, with one process writing at a time. It does
 * not protect from whoever administers a zone's machine or store beyond what that store enforces (each zone is probed
 * and says so), nor from the loss of the key files. It does not deduplicate, authorize or audit: the areas above do.
 */
export * from './durability/index.ts';
export { VAULT_FAILURES } from './failures.ts';
export type { Facts } from './format/item-record.ts';
export { openVaultKeys, readVaultKeys, rotateVaultKey } from './keys/key-files.ts';
export { createVaultKeys, type VaultKeySecret, type VaultKeys } from './keys/vault-keys.ts';
export { VAULT_LIMITS } from './limits.ts';
export type { CompareReport } from './store/compare-zones.ts';
export {
  createVault,
  type ProbedZone,
  type VaultSettings,
  type VaultStore,
  type ZoneReplication,
} from './store/create-vault.ts';
export type { ExpiryEntry, ExpiryPlan, ExpiryReport } from './store/expire-items.ts';
export type { Scrub, ScrubProblem, ScrubReport, ScrubSettings, ScrubState } from './store/scrub.ts';
export { type VerifyProblem, type VerifyReport, type VerifySettings, verifyZone } from './store/verify-zone.ts';
export type {
  ItemRange,
  Vault,
  VaultItem,
  ZoneAnomaly,
  ZoneCapabilities,
  ZoneDriver,
  ZoneObject,
  ZoneSpec,
} from './types.ts';
