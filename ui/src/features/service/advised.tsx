import { Alert, Stack, Typography } from '@mui/material'
import { useAdvice } from '@/api/costs'
import type { Tip } from '@/api/types'
import { Failed, Loading } from '@/components/states'
import { plain } from '@/lib/format'

/** These say that nothing is to be done. */
const CALM = ['fits', 'too-early']

/** What would suit the service better, each with the numbers it goes by. */
export function Advised({ project, service }: { project: string; service: string }) {
  const advice = useAdvice(project, service)
  return (
    <Stack spacing={1} component="section" aria-label="Advice">
      <Typography variant="h3">Does it fit?</Typography>
      {advice.data?.advice.map((tip) => (
        <Advice key={tip.code} tip={tip} />
      ))}
      {advice.isPending && <Loading rows={1} label="Looking through the last seven days" />}
      {advice.isError && (
        <Failed
          error={advice.error}
          retry={() => void advice.refetch()}
          what="The last week could not be judged"
        />
      )}
    </Stack>
  )
}

function Advice({ tip }: { tip: Tip }) {
  const words = (
    <>
      <Typography variant="body2">{sentence(tip.text)}</Typography>
      <Typography variant="caption" color="text.secondary" component="p" sx={{ m: 0, mt: 0.5 }}>
        {evidence(tip)}
      </Typography>
    </>
  )
  if (CALM.includes(tip.code)) return <div>{words}</div>
  return (
    <Alert severity="info" variant="outlined">
      {words}
    </Alert>
  )
}

/** A setting stays as it is spelled. */
const sentence = (text: string): string =>
  /^\w+_/.test(text) ? `${text}.` : `${text.charAt(0).toUpperCase()}${text.slice(1)}.`

/** `used p99 11 % · limit 2 cores · recorded 168 h` */
const evidence = (tip: Tip): string =>
  Object.entries(tip.evidence)
    .map(([name, { value, unit }]) => `${name.replaceAll('_', ' ')} ${figure(value)} ${unit}`)
    .join(' · ')

/** A core has decimals that count. */
const figure = (value: number): string =>
  Math.abs(value) < 10 ? String(Number(value.toFixed(2))) : plain(value)
