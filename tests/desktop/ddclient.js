// What Docker Desktop gives an extension's page, by its published types (extension-api-client-types 0.4.2): the calls
// that exist, and what they can't do. Colours are stand-ins. What the page did of Desktop's own is in window.__dd.
;(() => {
  const did = { toasts: [], navigations: [], dialogs: [], opened: [] }
  window.__dd = did

  // A 2xx answers its body, as JSON if it is; anything else throws. No signal, no headers, no streams.
  const request = async ({ url, method, headers = {}, data }) => {
    const answer = await fetch('/__dd__/service', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ url, method, headers, data }),
    })
    const { statusCode, name, body } = await answer.json()
    if (statusCode < 200 || statusCode > 299) throw { name, message: body, statusCode }
    try {
      return JSON.parse(body)
    } catch {
      return body
    }
  }
  const call = (method) => (url, data) => request({ url, method, data })
  const bare = (method) => (url) => request({ url, method })
  const toast = (kind) => (text) => void did.toasts.push([kind, text])
  const go = (place) => async (...args) => void did.navigations.push([place, ...args])
  const PLACES = ['Containers', 'Container', 'ContainerLogs', 'ContainerInspect', 'ContainerTerminal', 'ContainerStats']

  window.ddClient = {
    extension: {
      image: 'docktor:dev',
      vm: {
        service: {
          get: bare('GET'),
          head: bare('HEAD'),
          delete: bare('DELETE'),
          post: call('POST'),
          put: call('PUT'),
          patch: call('PATCH'),
          request,
        },
      },
    },
    host: { platform: 'linux', arch: 'x64', hostname: 'desktop', openExternal: (url) => void did.opened.push(url) },
    desktopUI: {
      toast: { success: toast('success'), warning: toast('warning'), error: toast('error') },
      dialog: {
        showOpenDialog: async (options) => {
          did.dialogs.push(options)
          return { canceled: true, filePaths: [] }
        },
      },
      navigate: Object.fromEntries(PLACES.map((place) => [`view${place}`, go(place)])),
    },
  }

  const STEPS = [100, 200, 300, 400, 500, 600, 700, 800]
  const shades = (hue, some) => Object.fromEntries(STEPS.map((step, n) => [step, `hsl(${hue} ${some}% ${94 - 11 * n}%)`]))
  const docker = {
    amber: shades(38, 90),
    blue: shades(217, 85),
    green: shades(150, 60),
    grey: shades(215, 15),
    red: shades(4, 80),
    violet: shades(265, 60),
  }
  const theme = (mode, palette) => ({
    palette: { mode, docker, ...palette },
    typography: { fontFamily: 'Roboto, system-ui, sans-serif', h1: { fontSize: 24 }, h2: { fontSize: 20 }, h3: { fontSize: 16 } },
    shape: { borderRadius: 4 },
    components: { MuiButton: { defaultProps: { disableElevation: true }, styleOverrides: { root: { textTransform: 'none' } } } },
  })
  const themes = {
    light: theme('light', { primary: { main: '#1d63ed' }, background: { default: '#fdfcfb', paper: '#ffffff' } }),
    dark: theme('dark', { primary: { main: '#6ea1ff' }, background: { default: '#0b1a2a', paper: '#13263a' } }),
  }
  window.__ddMuiV5Themes = themes
  window.__ddMuiV6Themes = themes
})()
