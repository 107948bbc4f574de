import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

const pyproject = readFileSync(new URL('../pyproject.toml', import.meta.url), 'utf8')
const version = /^version = "(.+)"/m.exec(pyproject)?.[1] ?? '0'

// `npm run dev` shows the page of a daemon on TCP, DOCKTOR_URL; to it every request seems to come from its own page.
const daemon = process.env.DOCKTOR_URL ?? 'http://127.0.0.1:8099'

export default defineConfig({
  base: './',
  plugins: [react()],
  define: { __DOCKTOR_VERSION__: JSON.stringify(version) },
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: { outDir: 'build', target: 'es2022', chunkSizeWarningLimit: 700, assetsInlineLimit: 0 },
  server: {
    port: 3000,
    strictPort: true,
    proxy: { '/api': { target: daemon, changeOrigin: true, headers: { origin: daemon } } },
  },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['src/test/setup.ts'],
    restoreMocks: true,
  },
})
