export interface ProjectSearch {
  readonly sdk?: string | undefined;
  readonly key?: string | undefined;
  readonly tab?: 'general' | 'keys' | 'limits' | 'grouping' | 'alerts' | 'outcomes' | 'source-maps' | undefined;
}
export function ProjectPage() {
  return null;
}
