import { useTitle } from '../parts/page.tsx';
import { Channels } from './channels.tsx';
import { Deliveries } from './deliveries.tsx';
import { Heartbeat } from './heartbeat.tsx';
import { NotifyFrame } from './notify-frame.tsx';
import { Routes } from './routes.tsx';

/** Who is told by which way, and did it arrive? */
export function ChannelsPage() {
  useTitle('Channels');
  return (
    <NotifyFrame>
      <h1 className="sr-only">Channels and routes</h1>
      <Channels />
      <Routes />
      <Deliveries />
      <Heartbeat />
    </NotifyFrame>
  );
}
