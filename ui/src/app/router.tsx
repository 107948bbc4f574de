import { createHashRouter } from 'react-router'
import { Crash } from './crash'
import { Shell } from './shell'

/** Hash routes: Docker Desktop serves a file, not a site. Each screen's code comes when it is first asked for. */
export const router = createHashRouter([
  {
    element: <Shell />,
    errorElement: <Crash />,
    children: [
      { index: true, lazy: async () => ({ Component: (await import('@/features/fleet/fleet')).Fleet }) },
      {
        path: 's/:project/:service',
        lazy: async () => ({ Component: (await import('@/features/service/service')).ServiceScreen }),
      },
      {
        path: 's/:project/:service/rules',
        lazy: async () => ({ Component: (await import('@/features/rules/rules')).RulesScreen }),
      },
      {
        path: 'approvals',
        lazy: async () => ({ Component: (await import('@/features/approvals/approvals')).Approvals }),
      },
      {
        path: 'history',
        lazy: async () => ({ Component: (await import('@/features/history/history')).History }),
      },
      {
        path: 'decisions/:id',
        lazy: async () => ({ Component: (await import('@/features/history/decision')).DecisionScreen }),
      },
      {
        path: 'model',
        lazy: async () => ({ Component: (await import('@/features/model/model')).ModelScreen }),
      },
      {
        path: 'health',
        lazy: async () => ({ Component: (await import('@/features/health/health')).HealthScreen }),
      },
      { path: '*', lazy: async () => ({ Component: (await import('./nowhere')).Nowhere }) },
    ],
  },
])
