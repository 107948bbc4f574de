import { Page } from '@/components/page'

export function History() {
  return <Page title="History" />
}
