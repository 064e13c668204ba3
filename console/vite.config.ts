import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The server that `vite dev` forwards the API to: the real one, or dev/fake-server.ts. */
const apiServer = process.env.HOLDFAST_URL ?? 'http://127.0.0.1:8100';

export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  plugins: [react(), tailwindcss()],
  server: { host: '127.0.0.1', proxy: { '/api': apiServer, '/v1': apiServer } },
  build: {
    outDir: 'dist',
    assetsDir: 'assets',
    emptyOutDir: true,
    // Data addresses would need holes in the content security policy.
    assetsInlineLimit: 0,
    target: 'es2022',
    sourcemap: false,
    reportCompressedSize: false,
  },
});
