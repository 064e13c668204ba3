import pc from 'picocolors';
import { formatBytes, formatDuration } from '../base/index.ts';

export interface Screen {
  readonly version: string;
  readonly address: string;
  readonly readyAfterMs: number;
  readonly dataFolder: string;
  readonly freeDiskBytes: number;
  readonly telemetry: string;
  readonly catalog: string;
  readonly ownLog: string;
  /** Only at the first start. */
  readonly admin?: { readonly email: string; readonly generatedPassword?: string; readonly accessKeyId?: string };
  readonly keyFolder: string;
  readonly consoleIsBuilt: boolean;
}

/** The one screen that a start prints. */
export function renderScreen(screen: Screen): string {
  const line = (name: string, value: string): string => `  ${pc.dim(name.padEnd(12))}${value}`;
  const lines = [
    '',
    `  ${pc.bold(`Holdfast ${screen.version}`)} is ready after ${formatDuration(screen.readyAfterMs)}`,
    '',
    line('console', pc.underline(`${screen.address}/`)),
    line('trust page', pc.underline(`${screen.address}/trust`)),
    line('send logs', `OTLP ${screen.address}/v1/logs, AWS_ENDPOINT_URL=${screen.address}`),
    line('data', `${screen.dataFolder} (${formatBytes(screen.freeDiskBytes)} free)`),
    line('telemetry', screen.telemetry),
    line('catalog', screen.catalog),
    line('keys', `${screen.keyFolder} (keep a copy elsewhere, never beside the backups)`),
    line('log', screen.ownLog),
  ];
  if (!screen.consoleIsBuilt) lines.push(line('console', pc.yellow('is not built; run `npm run build`')));
  lines.push('', ...adminLines(screen.admin), `  ${pc.dim('Ctrl+C stops it; what was acknowledged is kept.')}`, '');
  return lines.join('\n');
}

function adminLines(admin: Screen['admin']): readonly string[] {
  if (admin === undefined) return [];
  const lines = [`  ${pc.bold('First admin')}  ${admin.email}`];
  if (admin.generatedPassword !== undefined) {
    lines.push(`  ${pc.bold('Password')}     ${admin.generatedPassword}   ${pc.dim('(shown this once)')}`);
  }
  if (admin.accessKeyId !== undefined) lines.push(`  ${pc.bold('API key')}      ${admin.accessKeyId} with role admin`);
  return [...lines, ''];
}
