import { Outlet, useMatches } from '@tanstack/react-router';
import { useCallback, useState } from 'react';
import { Help } from './help.tsx';
import { SideNav, TabBar } from './nav.tsx';
import { Palette } from './palette.tsx';
import { RangeProvider, useRange } from './range-context.tsx';
import { SessionGate } from './session-gate.tsx';
import { useShortcuts } from './shortcuts.ts';
import { TopBar } from './top-bar.tsx';

declare module '@tanstack/react-router' {
  interface StaticDataRouteOption {
    readonly title?: string;
    /** Pages on which the time range changes nothing do not show it. */
    readonly showsTime?: boolean;
    /** The range of a page whose address names none; an hour where it says nothing. */
    readonly defaultFrom?: string;
  }
}

function Workspace() {
  const [palette, setPalette] = useState(false);
  const [help, setHelp] = useState(false);
  const { refresh } = useRange();
  const matches = useMatches();
  const { title = 'Holdfast', showsTime = false } = matches.at(-1)?.staticData ?? {};
  const openHelp = useCallback(() => setHelp(true), []);
  useShortcuts({ openPalette: () => setPalette(true), openHelp, refresh });
  return (
    <>
      <a href="#content" className="skip-link">
        Skip to the content
      </a>
      <div className="flex min-h-dvh">
        <SideNav />
        <div className="flex min-w-0 flex-1 flex-col pb-[52px] md:pb-0 print:pb-0">
          <TopBar title={title} showsTime={showsTime} onPalette={() => setPalette(true)} onHelp={openHelp} />
          <main id="content" tabIndex={-1} className="flex-1 outline-none">
            <Outlet />
          </main>
        </div>
      </div>
      <TabBar />
      <Palette open={palette} onOpenChange={setPalette} onHelp={openHelp} />
      <Help open={help} onOpenChange={setHelp} />
    </>
  );
}

export function Frame() {
  return (
    <SessionGate>
      <RangeProvider>
        <Workspace />
      </RangeProvider>
    </SessionGate>
  );
}
