import { Box, Link, Typography } from '@mui/material'
import { useState } from 'react'
import type { Decision } from '@/api/types'
import { metricValue } from '@/lib/format'
import { measured, metricLabel } from '@/lib/metrics'
import { Said, Step } from './why-step'
import { judged, type Seen, seen, wanted } from './why-text'

type Props = { decision: Decision }

export function SawStep({ decision }: Props) {
  const [all, setAll] = useState(false)
  const { first, rest } = seen(decision)
  const shown = all ? [...first, ...rest] : first
  return (
    <Step title="Saw" replicas={decision.current_replicas}>
      {shown.length === 0 ? (
        <Said>No numbers were looked at.</Said>
      ) : (
        <Box
          component="dl"
          sx={{ m: 0, display: 'grid', gridTemplateColumns: 'minmax(0, 1fr) auto', columnGap: 2 }}
        >
          {shown.map((one) => (
            <Observed key={one.metric} {...one} />
          ))}
        </Box>
      )}
      {rest.length > 0 && (
        <Box>
          <Link component="button" variant="body2" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? 'Show fewer' : `Show ${rest.length} more numbers`}
          </Link>
        </Box>
      )}
    </Step>
  )
}

function Observed({ metric, value, why }: Seen) {
  const label = metricLabel(metric)
  return (
    <>
      <Typography component="dt" variant="body2" sx={{ overflowWrap: 'anywhere' }}>
        {label}
        {label !== metric && (
          <Typography component="span" variant="caption" color="text.secondary">
            {' '}
            {metric}
          </Typography>
        )}
      </Typography>
      <Typography component="dd" variant="body2" fontWeight={600} sx={{ m: 0, textAlign: 'right' }}>
        {value === null ? 'missing' : measured(metric, value)}
      </Typography>
      {value === null && (
        <Typography
          component="dd"
          variant="body2"
          color="text.secondary"
          sx={{ m: 0, gridColumn: '1 / -1', overflowWrap: 'anywhere' }}
        >
          {why ?? 'Why was not noted.'}
        </Typography>
      )}
    </>
  )
}

export function RulesStep({ decision }: Props) {
  return (
    <Step title="Rules" replicas={decision.rules.length > 0 ? wanted(decision) : null}>
      {decision.rules.length === 0 && <Said>{withoutRules(decision)}</Said>}
      {decision.rules.length > 0 && (
        <Box component="ul" sx={{ m: 0, p: 0, listStyle: 'none' }}>
          {decision.rules.map((rule) => (
            <Rule key={`${rule.direction} ${rule.rule}`} rule={rule} />
          ))}
        </Box>
      )}
    </Step>
  )
}

function Rule({ rule }: { rule: Decision['rules'][number] }) {
  const { sign, words, color } = judged(rule)
  return (
    <Typography component="li" variant="body2" sx={{ display: 'flex', gap: 1, overflowWrap: 'anywhere' }}>
      <Box component="span" aria-hidden sx={{ width: 14, fontWeight: 700, color }}>
        {sign}
      </Box>
      <span>
        {rule.direction}: {rule.metric} <strong>{metricValue(rule.metric, rule.value)}</strong> {rule.op}{' '}
        {metricValue(rule.metric, rule.threshold)}{' '}
        <Typography component="span" variant="body2" color="text.secondary">
          – {words}
          {rule.why ? `: ${rule.why}` : ''}
        </Typography>
      </span>
    </Typography>
  )
}

function withoutRules({ source }: Decision): string {
  if (source === 'person') return 'A person asked, so no rule was looked at.'
  return source === 'policy' ? 'Its limits come first, so no rule was looked at.' : 'No rule was looked at.'
}

/** Only a decision that goes by a forecast has one. */
export function ForecastStep({ decision }: Props) {
  const numbers = Object.entries(decision.observations).filter(([metric]) => metric.startsWith('forecast.'))
  if (decision.source !== 'forecast' && numbers.length === 0) return null
  return (
    <Step title="Forecast">
      {decision.source === 'forecast' && <Said>{decision.reason}</Said>}
      {numbers.map(([metric, value]) => (
        <Said key={metric}>
          {metric.slice('forecast.'.length)}: {metricValue(metric.slice('forecast.'.length), value)}
        </Said>
      ))}
    </Step>
  )
}
