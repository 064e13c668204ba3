import type { Authorize } from '../access/index.ts';
import type { Audit } from '../audit/index.ts';
import { type ApiApp, addRoute } from './route.ts';
import { scrubBody, vaultBody } from './vault-contract.ts';
import { scrubOut, type VaultView, vaultStatus } from './vault-status.ts';

/** The state of the vault, and scrubbing now. */
export function addVaultRoutes(
  app: ApiApp,
  deps: { readonly authorize: Authorize; readonly audit: Audit; readonly vaultView: VaultView },
): void {
  const { vaultView } = deps;
  addRoute(
    app,
    { method: 'get', path: '/vault', summary: 'Zones, the last scrub and the computed durability', answer: vaultBody },
    async ({ actor }) => {
      await deps.authorize(actor, 'vault:Read', { type: 'vault', name: '*' });
      return vaultStatus(vaultView);
    },
  );
  addRoute(
    app,
    { method: 'post', path: '/vault/scrub', summary: 'Read and verify every copy now, and mend', answer: scrubBody },
    async ({ actor }) => {
      await deps.authorize(actor, 'vault:Manage', { type: 'vault', name: '*' });
      const report = await vaultView.scrub.runPass();
      const { copies, found, mended, unmended } = report;
      await deps.audit.record({
        identity: actor,
        source: 'vault',
        eventName: 'ScrubVault',
        readOnly: false,
        responseElements: { copies, found, mended, unmended },
      });
      return scrubOut(report);
    },
  );
}
