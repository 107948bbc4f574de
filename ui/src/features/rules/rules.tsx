import { Page } from '@/components/page'

export function RulesScreen() {
  return <Page title="Rules" />
}
