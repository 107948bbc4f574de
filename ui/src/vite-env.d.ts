/// <reference types="vite/client" />
declare const __DOCKTOR_VERSION__: string
