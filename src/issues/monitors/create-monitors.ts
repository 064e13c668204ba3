import type { MonitorsContext, MonitorsDeps } from './context.ts';
import { writeAlive } from './downtimes.ts';
import { eraseProject } from './erase-project.ts';
import type { MonitorsTables } from './migrations.ts';
import { createMonitorClock } from './run-clock.ts';
import { takeCheckIn } from './take-check-in.ts';
import { createTurns } from './turns.ts';
import type { Monitors } from './types.ts';
import { createMonitor } from './verbs/create-monitor.ts';
import { getMonitor } from './verbs/get-monitor.ts';
import { getTimeline } from './verbs/get-timeline.ts';
import { listCheckIns } from './verbs/list-check-ins.ts';
import { listMonitors } from './verbs/list-monitors.ts';
import { muteMonitor } from './verbs/mute-monitor.ts';
import { previewSchedule } from './verbs/preview-schedule.ts';
import { removeEnvironment, removeMonitor } from './verbs/remove-monitor.ts';
import { updateMonitor } from './verbs/update-monitor.ts';

/** Opens crons. Check-ins are taken at once; runs that do not come are looked for after `start`. */
export function createMonitors(deps: MonitorsDeps): Monitors {
  const context: MonitorsContext = { ...deps, turns: createTurns() };
  const clock = createMonitorClock(context);
  const stop = new AbortController();
  let running: Promise<void> | undefined;
  return {
    intake: { checkIn: takeCheckIn(context) },
    verbs: {
      list: listMonitors(context),
      get: getMonitor(context),
      checkIns: listCheckIns(context),
      timeline: getTimeline(context),
      preview: previewSchedule(context),
      create: createMonitor(context),
      update: updateMonitor(context),
      mute: muteMonitor(context),
      remove: removeMonitor(context),
      removeEnvironment: removeEnvironment(context),
    },
    start: async () => {
      if (running !== undefined) return;
      await clock.open();
      running = clock.run(stop.signal);
    },
    turn: clock.turn,
    eraseProject: eraseProject(context),
    close: async () => {
      stop.abort(new Error('monitors are closing'));
      if (running === undefined) return;
      await running;
      // Check-ins were heard up to now; what comes until the next start is the downtime.
      await writeAlive(deps.catalog.db<MonitorsTables>(), deps.clock.nowMs()).catch((error: unknown) => {
        deps.log.warn({ reason: String(error) }, 'the end of the clock of monitors was not noted');
      });
    },
  };
}
