import { Button } from '@mui/material'
import { Link } from 'react-router'
import { Empty } from '@/components/states'

export function Nowhere() {
  return (
    <Empty
      title="There is no such screen"
      action={
        <Button component={Link} to="/">
          To the fleet
        </Button>
      }
    >
      The address may be from another version of this page.
    </Empty>
  )
}
