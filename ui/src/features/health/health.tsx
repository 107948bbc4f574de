import { Page } from '@/components/page'

export function HealthScreen() {
  return <Page title="Health" />
}
