export interface ReleasesSearch {
  readonly of?: string | undefined;
  readonly env?: string | undefined;
  readonly find?: string | undefined;
}
export interface ReleaseSearch {
  readonly of?: string | undefined;
  readonly env?: string | undefined;
  readonly tab?: 'commits' | 'artifacts' | 'deploys' | undefined;
}
export function ReleasesPage() {
  return null;
}
