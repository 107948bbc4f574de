import { Page } from '@/components/page'

export function Approvals() {
  return <Page title="Approvals" />
}
