import { DockerMuiV6ThemeProvider } from '@docker/docker-mui-theme'
import createCache from '@emotion/cache'
import { CacheProvider } from '@emotion/react'
import { CssBaseline, createTheme, GlobalStyles, ThemeProvider, useMediaQuery } from '@mui/material'
import { type PropsWithChildren, useMemo } from 'react'

// The backend writes a new one into every copy of index.html; inside Docker Desktop there is none, nor a need.
const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.content
const NONE = '__CSP_NONCE__' // as it is in the build; a nonce of the backend's may well begin like it
const cache = createCache({ key: 'dk', ...(nonce && nonce !== NONE ? { nonce } : {}) })

const insideDockerDesktop = () => '__ddMuiV6Themes' in window

const FONT = 'Roboto, "Open Sans", system-ui, -apple-system, "Segoe UI", sans-serif'

/** Docker's look without Docker Desktop, whose theme only Desktop itself brings. */
function PlainTheme({ children }: PropsWithChildren) {
  const dark = useMediaQuery('(prefers-color-scheme: dark)')
  const theme = useMemo(
    () =>
      createTheme({
        palette: {
          mode: dark ? 'dark' : 'light',
          primary: { main: dark ? '#5b9bff' : '#1d63ed' },
          ...(dark && { error: { main: '#ff7b72' } }), // MUI's own is too dim to be read on this paper
          ...(dark
            ? { background: { default: '#11161d', paper: '#19212b' } }
            : { background: { default: '#f9fafb' } }),
        },
        typography: {
          fontFamily: FONT,
          h1: { fontSize: '1.5rem', fontWeight: 600 },
          h2: { fontSize: '1.125rem', fontWeight: 600 },
          h3: { fontSize: '1rem', fontWeight: 600 },
          button: { textTransform: 'none' },
        },
        shape: { borderRadius: 6 },
        components: {
          MuiButton: { defaultProps: { disableElevation: true } },
          MuiTab: { styleOverrides: { root: { minHeight: 44 } } },
        },
      }),
    [dark],
  )
  return <ThemeProvider theme={theme}>{children}</ThemeProvider>
}

/** Who asked their system for less motion gets it; what turns while something is at work goes on turning. */
const CALM = {
  '@media (prefers-reduced-motion: reduce)': {
    '*, *::before, *::after': { transitionDuration: '0.01ms !important', transitionDelay: '0s !important' },
  },
}

export function Theme({ children }: PropsWithChildren) {
  const Provider = insideDockerDesktop() ? DockerMuiV6ThemeProvider : PlainTheme
  return (
    <CacheProvider value={cache}>
      <Provider>
        <CssBaseline />
        <GlobalStyles styles={CALM} />
        {children}
      </Provider>
    </CacheProvider>
  )
}
