import { Page } from '@/components/page'

export function ModelScreen() {
  return <Page title="Model" />
}
