import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiFailure } from './api/client.ts';
import { cspNonce } from './base/csp-nonce.ts';
import { router } from './router.tsx';
import './style/console.css';

declare global {
  interface Window {
    // What Radix's scroll lock reads before it adds its style element.
    __webpack_nonce__?: string;
  }
}
window.__webpack_nonce__ = cspNonce();

const RETRIES_MAX = 2;

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      refetchOnWindowFocus: false,
      // A request that cannot leave must fail and say so; waiting in silence for the network looks like good news.
      networkMode: 'always',
      // Only what the network lost is worth a second try; the server's refusals stay refusals.
      retry: (count, error) => count < RETRIES_MAX && error instanceof ApiFailure && error.status === 0,
    },
    mutations: { networkMode: 'always' },
  },
});

const root = document.getElementById('root');
if (root === null) throw new Error('invariant broken: index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
