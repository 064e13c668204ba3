import type { Catalog } from '../catalog/index.ts';
import { ACCESS_LIMITS } from './limits.ts';
import type { AccessTables } from './migrations.ts';
import type { Role } from './types.ts';

/** The patterns granted to a person or key by its id or by one of its roles. */
export async function grantedPatterns(
  catalog: Catalog,
  subject: { readonly type: 'person' | 'key'; readonly id: string; readonly roles: readonly Role[] },
): Promise<readonly string[]> {
  const rows = await catalog
    .db<AccessTables>()
    .selectFrom('access_grants')
    .select('pattern')
    .distinct()
    .where((where) =>
      where.or([
        where.and([where('subject_type', '=', subject.type), where('subject_id', '=', subject.id)]),
        ...(subject.roles.length === 0
          ? []
          : [where.and([where('subject_type', '=', 'role'), where('subject_id', 'in', subject.roles)])]),
      ]),
    )
    .limit(ACCESS_LIMITS.grantsPerActorMax)
    .execute();
  return rows.map(({ pattern }) => pattern);
}
