import type { ComponentType } from 'react'
import { createHashRouter } from 'react-router'
import { Loading } from '@/components/states'
import { Crash } from './crash'
import { Shell } from './shell'

const AGAIN_MS = 1_000

/** Some code of a screen may fail to come once: browsers drop what is under way when containers come or go. */
const screen =
  <Name extends string>(load: () => Promise<Record<Name, ComponentType>>, name: Name) =>
  async () => {
    const loaded = await load().catch(async () => {
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
      return load()
    })
    return { Component: loaded[name] }
  }

/** Hash routes: Docker Desktop serves a file, not a site. Each screen's code comes when it is first asked for. */
export const router = createHashRouter([
  {
    element: <Shell />,
    errorElement: <Crash />,
    hydrateFallbackElement: <Loading />,
    children: [
      { index: true, lazy: screen(() => import('@/features/fleet/fleet'), 'Fleet') },
      {
        path: 's/:project/:service',
        lazy: screen(() => import('@/features/service/service'), 'ServiceScreen'),
      },
      {
        path: 's/:project/:service/rules',
        lazy: screen(() => import('@/features/rules/rules'), 'RulesScreen'),
      },
      {
        path: 'approvals',
        lazy: screen(() => import('@/features/approvals/approvals'), 'Approvals'),
      },
      {
        path: 'history',
        lazy: screen(() => import('@/features/history/history'), 'History'),
      },
      {
        path: 'decisions/:id',
        lazy: screen(() => import('@/features/history/decision'), 'DecisionScreen'),
      },
      {
        path: 'model',
        lazy: screen(() => import('@/features/model/model'), 'ModelScreen'),
      },
      {
        path: 'health',
        lazy: screen(() => import('@/features/health/health'), 'HealthScreen'),
      },
      { path: '*', lazy: screen(() => import('./nowhere'), 'Nowhere') },
    ],
  },
])
