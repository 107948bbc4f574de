import { Page } from '@/components/page'

export function DecisionScreen() {
  return <Page title="Decision" />
}
