import SearchIcon from '@mui/icons-material/Search'
import { Button, InputAdornment, MenuItem, Stack, TextField } from '@mui/material'
import { useEffect, useState } from 'react'
import { useProjects } from '@/api/queries'
import { ACTIONS, PHASE_WORDS, SOURCES } from '@/lib/decisions'
import type { Filter, FilterName } from './filters'

interface Props {
  filter: Filter
  change: (next: Partial<Filter>) => void
}

const PHASES = Object.fromEntries(Object.entries(PHASE_WORDS).map(([phase, { label }]) => [phase, label]))

/** What is looked for. */
export function FilterBar({ filter, change }: Props) {
  const projects = useProjects().data ?? []
  const services = projects
    .filter((project) => !filter.project || project.name === filter.project)
    .flatMap((project) => project.services.map((service) => service.name))
  const named = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, name]))
  const any = Object.keys(filter).length > 0
  const shared = { filter, change }
  return (
    <Stack direction="row" useFlexGap gap={1.5} flexWrap="wrap" alignItems="center" role="search">
      <Search filter={filter} change={change} />
      <Choice name="project" label="Project" options={named(projects.map((one) => one.name))} {...shared} />
      <Choice name="service" label="Service" options={named([...new Set(services)].sort())} {...shared} />
      <Choice name="action" label="Change" options={ACTIONS} {...shared} />
      <Choice name="phase" label="Result" options={PHASES} {...shared} />
      <Choice name="source" label="Asked by" options={SOURCES} {...shared} />
      {any && (
        <Button
          size="small"
          onClick={() => change(Object.fromEntries(Object.keys(filter).map((name) => [name, undefined])))}
        >
          Clear
        </Button>
      )}
    </Stack>
  )
}

function Choice({
  name,
  label,
  options,
  filter,
  change,
}: Props & { name: FilterName; label: string; options: Readonly<Record<string, string>> }) {
  const value = filter[name] ?? ''
  // What is on record may be of a project that is no more.
  const all = value && !(value in options) ? { ...options, [value]: value } : options
  return (
    <TextField
      select
      size="small"
      label={label}
      id={`filter-${name}`}
      value={value}
      onChange={(event) => change({ [name]: event.target.value || undefined })}
      sx={{ minWidth: 128 }}
    >
      <MenuItem value="">Any</MenuItem>
      {Object.entries(all).map(([key, words]) => (
        <MenuItem key={key} value={key}>
          {words}
        </MenuItem>
      ))}
    </TextField>
  )
}

const TYPING_MS = 300

/** Heeded when the typing pauses. */
function Search({ filter, change }: Props) {
  const [text, setText] = useState(filter.q ?? '')
  const [told, setTold] = useState(filter.q)
  if (told !== filter.q) {
    setTold(filter.q)
    if ((filter.q ?? '') !== text.trim()) setText(filter.q ?? '')
  }
  useEffect(() => {
    const wanted = text.trim() || undefined
    if (wanted === filter.q) return
    const timer = setTimeout(() => change({ q: wanted }), TYPING_MS)
    return () => clearTimeout(timer)
  }, [text, filter.q, change])
  return (
    <TextField
      size="small"
      type="search"
      label="Search"
      placeholder="reason, service…"
      value={text}
      onChange={(event) => setText(event.target.value)}
      slotProps={{
        inputLabel: { shrink: true },
        input: {
          startAdornment: (
            <InputAdornment position="start">
              <SearchIcon fontSize="small" />
            </InputAdornment>
          ),
        },
      }}
      sx={{ minWidth: 240 }}
    />
  )
}
