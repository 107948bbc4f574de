import AddIcon from '@mui/icons-material/Add'
import ZoomOutIcon from '@mui/icons-material/ZoomOut'
import { Button, Chip, Menu, MenuItem, Stack, ToggleButton, ToggleButtonGroup } from '@mui/material'
import { useState } from 'react'
import type { Detail } from '@/api/types'
import { metricLabel } from '@/lib/metrics'
import { exact } from '@/lib/time'
import { laneMetrics, otherMetrics } from './lanes'
import type { Story } from './story'
import { RANGES, type View } from './view'

interface Props {
  detail: Detail
  view: View
  change: (next: Partial<View>) => void
  story: Story
  table: boolean
  setTable: (shown: boolean) => void
}

/** How much of the past is shown, and which numbers. */
export function Tools({ detail, view, change, story, table, setTable }: Props) {
  return (
    <Stack direction="row" useFlexGap gap={1.5} flexWrap="wrap" alignItems="center">
      <ToggleButtonGroup
        size="small"
        exclusive
        aria-label="How far back"
        value={view.zoom ? null : story.minutes}
        onChange={(_, minutes: number | null) => change({ zoom: null, ...(minutes ? { minutes } : {}) })}
      >
        {RANGES.map(({ minutes, label }) => (
          <ToggleButton key={minutes} value={minutes} sx={{ textTransform: 'none', px: 1.5, py: 0.5 }}>
            {label}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
      {view.zoom && (
        <Button size="small" startIcon={<ZoomOutIcon />} onClick={() => change({ zoom: null })}>
          {exact(view.zoom[0] * 1000)}: back to now
        </Button>
      )}
      <AddMetric detail={detail} view={view} change={change} story={story} />
      {view.extra.map((metric) => (
        <Chip
          key={metric}
          size="small"
          label={metricLabel(metric)}
          onDelete={() => change({ extra: view.extra.filter((one) => one !== metric) })}
        />
      ))}
      <Button size="small" aria-pressed={table} sx={{ ml: 'auto' }} onClick={() => setTable(!table)}>
        {table ? 'Hide the table' : 'Show as table'}
      </Button>
    </Stack>
  )
}

function AddMetric({ detail, view, change, story }: Pick<Props, 'detail' | 'view' | 'change' | 'story'>) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null)
  const others = story.numbers ? otherMetrics(story.numbers, laneMetrics(detail, view.extra)) : []
  return (
    <>
      <Button
        size="small"
        startIcon={<AddIcon />}
        disabled={others.length === 0}
        aria-haspopup="menu"
        onClick={(event) => setAnchor(event.currentTarget)}
      >
        Add a metric
      </Button>
      <Menu anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)}>
        {others.map((metric) => (
          <MenuItem
            key={metric}
            onClick={() => {
              change({ extra: [...view.extra, metric] })
              setAnchor(null)
            }}
          >
            {metricLabel(metric)}
          </MenuItem>
        ))}
      </Menu>
    </>
  )
}
