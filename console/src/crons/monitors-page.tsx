export interface CronsSearch {
  readonly of?: string | undefined;
}
export function MonitorsPage() {
  return null;
}
