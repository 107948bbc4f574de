import { Page } from '@/components/page'

export function ServiceScreen() {
  return <Page title="Service" />
}
