import ErrorIcon from '@mui/icons-material/ErrorOutline'
import { Link as Anchor, Box, Chip, Container, Stack, Tab, Tabs, Tooltip, Typography } from '@mui/material'
import { type PropsWithChildren, Suspense } from 'react'
import { Link, Outlet, useLocation, useNavigation } from 'react-router'
import { useApprovals, useHealth, useSession } from '@/api/queries'
import { Loading } from '@/components/states'
import { Banner } from './banner'
import { Menu } from './menu'

const TABS = [
  { path: '/', label: 'Fleet', below: ['/s/'] },
  { path: '/approvals', label: 'Approvals', below: [] },
  { path: '/history', label: 'History', below: ['/decisions/'] },
  { path: '/model', label: 'Model', below: [] },
  { path: '/health', label: 'Health', below: [] },
] as const

/** The frame around every screen. */
export function Shell() {
  const { pathname } = useLocation()
  const coming = useNavigation().state === 'loading'
  const tab = TABS.find(
    ({ path, below }) => path === pathname || below.some((start) => pathname.startsWith(start)),
  )
  return (
    <Box sx={{ minHeight: '100vh', bgcolor: 'background.default' }}>
      <Anchor
        href="#content"
        onClick={(event) => {
          event.preventDefault()
          document.getElementById('content')?.focus()
        }}
        sx={{ position: 'absolute', left: -9999, '&:focus': { left: 16, top: 8, zIndex: 2 } }}
      >
        Skip to the content
      </Anchor>
      <Banner />
      <Box component="header" sx={{ borderBottom: 1, borderColor: 'divider', bgcolor: 'background.paper' }}>
        <Container maxWidth="xl">
          <Stack direction="row" alignItems="center" spacing={3}>
            <Stack direction="row" spacing={1} alignItems="center">
              <img src="./favicon.svg" alt="" width={24} height={24} />
              <Typography fontWeight={700}>Docktor</Typography>
            </Stack>
            <Tabs component="nav" value={tab?.path ?? false} aria-label="Screens" sx={{ flex: 1 }}>
              {TABS.map(({ path, label }) => (
                <Tab key={path} value={path} component={Link} to={path} label={<TabLabel label={label} />} />
              ))}
            </Tabs>
            <Simulated />
            <Menu />
          </Stack>
        </Container>
      </Box>
      <Container id="content" component="main" maxWidth="xl" tabIndex={-1} sx={{ py: 3, outline: 'none' }}>
        <Suspense fallback={<Loading />}>{coming ? <Loading /> : <Outlet />}</Suspense>
      </Container>
    </Box>
  )
}

/** A number or a mark beside a name, where somebody is waited for. */
function TabLabel({ label }: { label: (typeof TABS)[number]['label'] }) {
  const approvals = useApprovals()
  const health = useHealth()
  const waiting = label === 'Approvals' ? (approvals.data?.length ?? 0) : 0
  const unwell = label === 'Health' && health.data?.status === 'degraded'
  if (waiting > 0) {
    return (
      <Marked>
        {label}
        <Chip
          component="span"
          size="small"
          color="warning"
          label={waiting}
          aria-label={`${waiting} waiting`}
        />
      </Marked>
    )
  }
  if (unwell) {
    return (
      <Marked>
        {label}
        <ErrorIcon fontSize="small" color="error" titleAccess="something needs attention" />
      </Marked>
    )
  }
  return label
}

const Marked = ({ children }: PropsWithChildren) => (
  <Stack component="span" direction="row" spacing={1} alignItems="center">
    {children}
  </Stack>
)

function Simulated() {
  const health = useHealth()
  const session = useSession()
  const simulated = health.data && 'engine' in health.data && health.data.engine.kind === 'simulated'
  return (
    <>
      {simulated && (
        <Tooltip
          describeChild
          title="Docktor runs on an engine that is simulated: look around, nothing here is real."
        >
          <Chip
            size="small"
            color="info"
            variant="outlined"
            label="Simulated engine"
            sx={{ '& .MuiChip-label': { color: 'text.primary' } }}
          />
        </Tooltip>
      )}
      {session.data?.role === 'viewer' && (
        <Tooltip describeChild title="Your token may look, and change nothing.">
          <Chip size="small" label="Viewer" />
        </Tooltip>
      )}
    </>
  )
}
