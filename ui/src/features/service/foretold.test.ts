import { describe, expect, it } from 'vitest'
import { foretold } from './foretold'

const ON = {
  standing: 'on',
  bound: 5.234,
  horizon_s: 120,
  expert: 'day',
  minutes: 4000,
  lost: 0.00012,
  plain_lost: 0.0091,
  start_up_s: 31.4,
  patience_s: 120,
  speed: null,
}

describe('the forecast in sentences', () => {
  it('says what it expects and how it did', () => {
    expect(foretold(ON)).toEqual([
      'The forecast is on: it may raise what the target wants.',
      'It expects work for up to 5.2 replicas within 2 min (day).',
      'Lately 0.012 % of the load was more than the replicas with it, 0.91 % by the rules at the same cost.',
      'A replica takes 31 s to be ready; fewer have to be wanted for 2 min.',
    ])
  })

  it('says when it may count', () => {
    const early = {
      ...ON,
      standing: 'shadow',
      minutes: 30,
      bound: null,
      lost: null,
      plain_lost: null,
      speed: 12.5,
    }
    expect(foretold(early)).toEqual([
      'The forecast is in the shadow: it is compared and changes nothing.',
      'It has been compared for 30 min; after 2 h that may count.',
      'A replica takes 31 s to be ready, works off 13 messages a second; fewer have to be wanted for 2 min.',
    ])
  })

  it('says that none is wanted', () => {
    const off = { ...ON, standing: 'off', bound: null, lost: null, plain_lost: null }
    expect(foretold(off)[0]).toBe('No forecast, as its settings say.')
    expect(foretold(off)).toHaveLength(2)
  })
})
