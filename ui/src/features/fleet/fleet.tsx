import { Page } from '@/components/page'

export function Fleet() {
  return <Page title="Fleet" />
}
