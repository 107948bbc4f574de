import { Box } from '@mui/material'
import { memo } from 'react'
import { money, plain } from '@/lib/format'
import { type Bar, inWords } from './days'

const HEIGHT_PX = 120
const FIGURES_PX = 38
/** With more bars than these only some have their day written below, and only the highest its figures above. */
const MOST_NAMED = 10
const NAMED_OF_MANY = 6

const LOOK = {
  display: 'grid',
  fontSize: '0.75rem',
  lineHeight: 1.4,
  fontVariantNumeric: 'tabular-nums',
  '& .day': { minWidth: 0 },
  '& .stand': { display: 'flex', flexDirection: 'column', justifyContent: 'flex-end' },
  '& .words': { display: 'flex', flexDirection: 'column', alignItems: 'center', whiteSpace: 'nowrap' },
  '& .words.end': { alignItems: 'flex-end' },
  '& .name': { borderTop: 1, borderColor: 'divider', pt: 0.5 },
  '& .name, & .money': { color: 'text.secondary' },
  '& .bar': { borderRadius: '3px 3px 0 0', bgcolor: 'primary.main', minHeight: 2 },
  '& .part': {
    bgcolor: 'transparent',
    color: 'primary.main',
    border: 1,
    backgroundImage: 'repeating-linear-gradient(45deg, currentcolor 0 2px, transparent 2px 6px)',
  },
  '& .unknown': { bgcolor: 'text.disabled' },
  '& .today': { opacity: 0.75 },
} as const

/** One bar a day; hatched where only a part of the day is on record, a dash where nothing is. */
export const Bars = memo(function Bars({ bars }: { bars: readonly Bar[] }) {
  const hours = bars.map(({ day }) => day.replica_hours)
  const top = Math.max(...hours, Number.MIN_VALUE)
  const few = bars.length <= MOST_NAMED
  const each = few ? 1 : Math.ceil(bars.length / NAMED_OF_MANY)
  const last = bars.length - 1
  return (
    <Box
      role="img"
      aria-label={`Replica-hours by day. ${bars.map(inWords).join('; ')}`}
      sx={{
        ...LOOK,
        gridTemplateColumns: `repeat(${bars.length}, minmax(0, 1fr))`,
        columnGap: few ? 1.5 : 0.5,
      }}
    >
      {bars.map((bar, at) => {
        const { day, how, name } = bar
        const words = !few && at === last ? 'words end' : 'words'
        return (
          <div key={day.date} className="day" title={inWords(bar)}>
            <div className="stand" style={{ height: HEIGHT_PX + FIGURES_PX }}>
              {(few ? how !== 'unknown' : at === hours.indexOf(top)) && (
                <div className={words}>
                  <span>{plain(day.replica_hours)} h</span>
                  {day.money !== null && <span className="money">{money(day.money)}</span>}
                </div>
              )}
              <div className={`bar ${how}`} style={{ height: (day.replica_hours / top) * HEIGHT_PX }} />
            </div>
            <div className={`name ${words}`}>{(last - at) % each === 0 ? name : '\u00a0'}</div>
          </div>
        )
      })}
    </Box>
  )
})
