import type { Actor } from '../../../access/index.ts';
import type { AlarmSummary } from '../service.ts';
import { authorizeRead, type VerbContext } from './verb-context.ts';

export async function summarize(context: VerbContext, actor: Actor): Promise<AlarmSummary> {
  await authorizeRead(context, actor);
  const counts = { OK: 0, ALARM: 0, INSUFFICIENT_DATA: 0 };
  for (const alarm of context.registry.all()) counts[alarm.record.stateValue] += 1;
  return {
    ok: counts.OK,
    alarm: counts.ALARM,
    insufficientData: counts.INSUFFICIENT_DATA,
    blind: context.evaluator.blind.size(),
  };
}
